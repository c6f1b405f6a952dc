-- Schema version 9: lengths of new roads, see new_roads.rs.
CREATE TABLE new_roads (
    activity INTEGER PRIMARY KEY REFERENCES activity ON DELETE CASCADE,
    key BLOB NOT NULL,                -- hash of the activity and of all activities before
    share REAL NOT NULL               -- share of the length
);

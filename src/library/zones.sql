-- Places round which nothing is shown.
CREATE TABLE zone (
    name TEXT PRIMARY KEY,
    lat REAL NOT NULL,                -- degrees, WGS 84
    lon REAL NOT NULL,
    metres REAL NOT NULL              -- radius
) WITHOUT ROWID;

-- What decides where round a place its circle lies: one row that never changes. SQLite's generator starts from the
-- operating system's randomness.
CREATE TABLE secret (bytes BLOB NOT NULL);
INSERT INTO secret VALUES (randomblob(16));

-- Schema version 2: privacy zones.
CREATE TABLE zone (
    name TEXT PRIMARY KEY,
    lat REAL NOT NULL,                -- degrees, WGS 84
    lon REAL NOT NULL,
    metres REAL NOT NULL              -- radius
) WITHOUT ROWID;

-- One row that never changes: the secret that shifts the circle of a zone. The generator of SQLite is seeded by the
-- operating system.
CREATE TABLE secret (bytes BLOB NOT NULL);
INSERT INTO secret VALUES (randomblob(16));

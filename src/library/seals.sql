-- Schema version 6: the trim of all public maps, and the seals of outputs.
CREATE TABLE trim (
    id INTEGER PRIMARY KEY CHECK (id = 1), -- one row; none without a trim
    metres REAL NOT NULL              -- radius of the hidden circle around both ends of an activity
);

-- Zones and trims that a public output was drawn under. One output may have several rows: different zones may hide the
-- same points.
CREATE TABLE seal (
    id INTEGER PRIMARY KEY,           -- ascending with time
    seal BLOB NOT NULL,               -- tileset::Seal
    zones BLOB NOT NULL,              -- digest of the hidden circles
    asked_trim REAL NOT NULL,         -- metres that the user asked for, 0 for none
    trim REAL NOT NULL,               -- metres that were trimmed: the longer of the two trims
    UNIQUE (seal, zones, asked_trim, trim)
);

-- Schema version 1. Later versions rename columns (names.sql) and replace `apart` (same.sql).

-- Bytes of a file together with its row in a table of activities, whatever the file is called.
CREATE TABLE content (
    id INTEGER PRIMARY KEY,
    hash BLOB NOT NULL,               -- XXH3-128 of the unpacked bytes
    row BLOB NOT NULL,                -- hash of the row in the table of activities; zeros without one
    reading INTEGER NOT NULL,         -- PARSER_VERSION that read it
    kept INTEGER NOT NULL,            -- 1: imported; 0: remembered
    format TEXT NOT NULL,             -- FIT, GPX, TCX
    device TEXT,
    warnings TEXT NOT NULL,           -- JSON list of sentences about damage
    unreadable_points INTEGER NOT NULL,
    out_of_range INTEGER NOT NULL,
    null_island INTEGER NOT NULL,
    spikes INTEGER NOT NULL,
    UNIQUE (hash, row)
);

-- A file on disk when it was last read.
CREATE TABLE file (
    id INTEGER PRIMARY KEY,
    path BLOB NOT NULL UNIQUE,        -- absolute, without links
    size INTEGER NOT NULL,
    modified_ns INTEGER,              -- since 1970; null if modified too recently to prove anything
    reading INTEGER NOT NULL,
    listings TEXT                     -- JSON list of the tables of activities in an archive; null for other files
);
CREATE INDEX file_size ON file (size);

-- The content of a file, or of each file in an archive.
CREATE TABLE member (
    file INTEGER NOT NULL REFERENCES file ON DELETE CASCADE,
    name BLOB NOT NULL,               -- path in the archive; empty outside archives
    row BLOB NOT NULL,                -- as in content
    content INTEGER REFERENCES content ON DELETE CASCADE,
    skip TEXT,                        -- reason for skipping the file, in JSON; null with a content
    PRIMARY KEY (file, name)
) WITHOUT ROWID;
CREATE INDEX member_content ON member (content);

-- An activity with at least one valid position.
CREATE TABLE activity (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    content INTEGER NOT NULL REFERENCES content ON DELETE CASCADE,
    number INTEGER NOT NULL,          -- index in the file
    excluded INTEGER NOT NULL DEFAULT 0, -- by the user
    apart INTEGER NOT NULL DEFAULT 0, -- the user decided: not a copy of activities with the same points
    sport TEXT NOT NULL,
    name TEXT,
    gear TEXT,
    commute INTEGER,
    planned INTEGER NOT NULL,         -- a course or route, not a recording
    start_ms INTEGER,
    end_ms INTEGER,
    metres REAL NOT NULL,
    ascent_m REAL,
    points INTEGER NOT NULL,
    sensors INTEGER NOT NULL,         -- number of kinds of sensors
    start_x INTEGER NOT NULL,         -- canvas units: Web Mercator at zoom 32
    start_y INTEGER NOT NULL,
    min_x INTEGER NOT NULL,
    min_y INTEGER NOT NULL,
    max_x INTEGER NOT NULL,
    max_y INTEGER NOT NULL,
    fingerprint BLOB NOT NULL,        -- hash of positions and times of the polylines
    UNIQUE (content, number)
);
CREATE INDEX activity_fingerprint ON activity (fingerprint);

-- Blobs of an activity, see blob.rs. Separate from the totals, so that lists do not read past them.
CREATE TABLE track (
    activity INTEGER PRIMARY KEY REFERENCES activity ON DELETE CASCADE,
    places BLOB NOT NULL,             -- positions
    readings BLOB NOT NULL,           -- sensor values
    marking INTEGER NOT NULL,         -- SIMPLIFIER_VERSION of the marks
    marks BLOB NOT NULL               -- sketch and vertex codes
);

-- Files of a deleted content must be read again, archives as a whole.
CREATE TRIGGER content_gone BEFORE DELETE ON content BEGIN
    DELETE FROM file WHERE id IN (SELECT file FROM member WHERE content = OLD.id);
END;

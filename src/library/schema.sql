-- What the bytes of a file gave, whatever the file is called.
CREATE TABLE content (
    id INTEGER PRIMARY KEY,
    hash BLOB NOT NULL,               -- XXH3, 128 bits, of all bytes without packing
    row BLOB NOT NULL,                -- a hash of what the export says of it; zeros where it says nothing
    reading INTEGER NOT NULL,         -- which version of the readers read it
    kept INTEGER NOT NULL,            -- 1: imported into the library; 0: only remembered, so that it need not be read again
    format TEXT NOT NULL,             -- FIT, GPX, TCX
    device TEXT,
    warnings TEXT NOT NULL,           -- a JSON list of sentences about damage
    unreadable_points INTEGER NOT NULL,
    out_of_range INTEGER NOT NULL,
    null_island INTEGER NOT NULL,
    spikes INTEGER NOT NULL,
    UNIQUE (hash, row)
);

-- A file on disk as it was when it was last looked at.
CREATE TABLE file (
    id INTEGER PRIMARY KEY,
    path BLOB NOT NULL UNIQUE,        -- absolute, without links
    size INTEGER NOT NULL,
    modified_ns INTEGER,              -- since 1970; null where the file was too fresh to be sure
    reading INTEGER NOT NULL,
    listings TEXT                     -- of an archive: a JSON list of the tables of activities in it; else null
);
CREATE INDEX file_size ON file (size);

-- What was in the file: itself, or, if it is an archive, each file in it.
CREATE TABLE member (
    file INTEGER NOT NULL REFERENCES file ON DELETE CASCADE,
    name BLOB NOT NULL,               -- its path in the archive; empty for the file itself
    row BLOB NOT NULL,                -- as in content, also where there is none
    content INTEGER REFERENCES content ON DELETE CASCADE,
    skip TEXT,                        -- where there is no content: why, in JSON
    PRIMARY KEY (file, name)
) WITHOUT ROWID;
CREATE INDEX member_content ON member (content);

-- An activity with at least one point on Earth.
CREATE TABLE activity (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    content INTEGER NOT NULL REFERENCES content ON DELETE CASCADE,
    number INTEGER NOT NULL,          -- its place in the file
    excluded INTEGER NOT NULL DEFAULT 0, -- the user does not want it drawn
    apart INTEGER NOT NULL DEFAULT 0, -- the user says that it is no copy of one with the same points
    sport TEXT NOT NULL,
    name TEXT,
    gear TEXT,
    commute INTEGER,
    planned INTEGER NOT NULL,         -- a course or route and not a recording
    start_ms INTEGER,
    end_ms INTEGER,
    metres REAL NOT NULL,
    ascent_m REAL,
    points INTEGER NOT NULL,
    sensors INTEGER NOT NULL,         -- kinds of sensors that gave something
    start_x INTEGER NOT NULL,         -- on the canvas: Web Mercator at zoom 32
    start_y INTEGER NOT NULL,
    min_x INTEGER NOT NULL,
    min_y INTEGER NOT NULL,
    max_x INTEGER NOT NULL,
    max_y INTEGER NOT NULL,
    fingerprint BLOB NOT NULL,        -- of the positions and times of its lines
    UNIQUE (content, number)
);
CREATE INDEX activity_fingerprint ON activity (fingerprint);

-- Apart from the totals, so that a list need not step over the points.
CREATE TABLE track (
    activity INTEGER PRIMARY KEY REFERENCES activity ON DELETE CASCADE,
    places BLOB NOT NULL,
    readings BLOB NOT NULL,           -- of the sensors
    marking INTEGER NOT NULL,         -- which version of tidying and simplifying made the marks
    marks BLOB NOT NULL
);

-- Whoever had it must be looked at again: an archive is not what is left of it.
CREATE TRIGGER content_gone BEFORE DELETE ON content BEGIN
    DELETE FROM file WHERE id IN (SELECT file FROM member WHERE content = OLD.id);
END;

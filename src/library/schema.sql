-- What the bytes of a file gave, whatever the file is called.
CREATE TABLE content (
    id INTEGER PRIMARY KEY,
    size INTEGER NOT NULL,
    hash BLOB NOT NULL,               -- XXH3, 128 bits, of all bytes
    reading INTEGER NOT NULL,         -- which version of the readers read it
    kept INTEGER NOT NULL,            -- 1: imported into the library; 0: only remembered, so that it need not be read again
    format TEXT NOT NULL,             -- FIT, GPX, TCX; empty where it holds no track
    device TEXT,
    no_track TEXT,                    -- what it holds instead of a track
    warnings TEXT NOT NULL,           -- a JSON list of sentences about damage
    unreadable_points INTEGER NOT NULL,
    out_of_range INTEGER NOT NULL,
    null_island INTEGER NOT NULL,
    spikes INTEGER NOT NULL,
    UNIQUE (hash, size)
);

-- Which file had which content when it was last looked at.
CREATE TABLE file (
    path BLOB PRIMARY KEY,            -- absolute, without links
    size INTEGER NOT NULL,
    modified_ns INTEGER,              -- since 1970; null where the file was too fresh to be sure
    content INTEGER NOT NULL REFERENCES content ON DELETE CASCADE
) WITHOUT ROWID;
CREATE INDEX file_content ON file (content);

-- An activity with at least one point on Earth.
CREATE TABLE activity (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    content INTEGER NOT NULL REFERENCES content ON DELETE CASCADE,
    number INTEGER NOT NULL,          -- its place in the file
    excluded INTEGER NOT NULL DEFAULT 0, -- the user does not want it drawn
    apart INTEGER NOT NULL DEFAULT 0, -- the user says that it is no copy of one with the same points
    sport TEXT NOT NULL,
    name TEXT,
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

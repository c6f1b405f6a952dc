-- Schema version 4: comparison of activities.

-- Activities that were compared with all others.
CREATE TABLE compared (
    activity INTEGER PRIMARY KEY REFERENCES activity ON DELETE CASCADE,
    sketch BLOB NOT NULL              -- smallest hashes of visited cells
);

-- Verdicts on activities that are or may be one recording.
CREATE TABLE pair (
    a INTEGER NOT NULL REFERENCES activity ON DELETE CASCADE, -- the smaller id
    b INTEGER NOT NULL REFERENCES activity ON DELETE CASCADE,
    sure INTEGER NOT NULL,            -- 1: one recording; 0: the user decides
    reason TEXT NOT NULL,             -- explanation for the user
    PRIMARY KEY (a, b)
) WITHOUT ROWID;
CREATE INDEX pair_b ON pair (b);

-- Decisions of the user, which override verdicts.
CREATE TABLE decision (
    a INTEGER NOT NULL REFERENCES activity ON DELETE CASCADE, -- the smaller id
    b INTEGER NOT NULL REFERENCES activity ON DELETE CASCADE,
    same INTEGER NOT NULL,            -- 1: one recording; 0: two
    PRIMARY KEY (a, b)
) WITHOUT ROWID;
CREATE INDEX decision_b ON decision (b);

-- Of activities with the same points, only the first was compared with the rest. If one is deleted or changes, its
-- partners must therefore be compared again.
CREATE TRIGGER activity_gone BEFORE DELETE ON activity BEGIN
    DELETE FROM compared WHERE activity IN (SELECT b FROM pair WHERE a = OLD.id UNION SELECT a FROM pair WHERE b = OLD.id);
END;
CREATE TRIGGER activity_changed AFTER UPDATE OF fingerprint, start_ms ON activity
WHEN OLD.fingerprint <> NEW.fingerprint OR OLD.start_ms IS NOT NEW.start_ms BEGIN
    DELETE FROM compared WHERE activity = NEW.id
        OR activity IN (SELECT b FROM pair WHERE a = NEW.id UNION SELECT a FROM pair WHERE b = NEW.id);
    DELETE FROM pair WHERE a = NEW.id OR b = NEW.id;
END;

-- The flag `apart` of version 1 becomes decisions.
INSERT INTO decision (a, b, same)
    SELECT DISTINCT min(one.id, other.id), max(one.id, other.id), 0 FROM activity AS one
    JOIN activity AS other ON other.fingerprint = one.fingerprint AND other.id <> one.id WHERE one.apart;
ALTER TABLE activity DROP COLUMN apart;

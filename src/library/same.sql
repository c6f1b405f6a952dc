-- Which activities were compared with all others, and what their copies share with them.
CREATE TABLE compared (
    activity INTEGER PRIMARY KEY REFERENCES activity ON DELETE CASCADE,
    sketch BLOB NOT NULL              -- the least hashes of its places
);

-- What came of comparing, where two are or may be one recording.
CREATE TABLE pair (
    a INTEGER NOT NULL REFERENCES activity ON DELETE CASCADE, -- the lesser number
    b INTEGER NOT NULL REFERENCES activity ON DELETE CASCADE,
    sure INTEGER NOT NULL,            -- 1: they are; 0: the user is asked
    reason TEXT NOT NULL,             -- what was seen, for the user
    PRIMARY KEY (a, b)
) WITHOUT ROWID;
CREATE INDEX pair_b ON pair (b);

-- What the user says, whatever came of comparing.
CREATE TABLE decision (
    a INTEGER NOT NULL REFERENCES activity ON DELETE CASCADE, -- the lesser number
    b INTEGER NOT NULL REFERENCES activity ON DELETE CASCADE,
    same INTEGER NOT NULL,            -- 1: one recording; 0: two
    PRIMARY KEY (a, b)
) WITHOUT ROWID;
CREATE INDEX decision_b ON decision (b);

-- Of several activities with the same points, only the first was compared with the rest. So where one goes or changes,
-- those that it was paired with are to be compared again.
CREATE TRIGGER activity_gone BEFORE DELETE ON activity BEGIN
    DELETE FROM compared WHERE activity IN (SELECT b FROM pair WHERE a = OLD.id UNION SELECT a FROM pair WHERE b = OLD.id);
END;
CREATE TRIGGER activity_changed AFTER UPDATE OF fingerprint, start_ms ON activity
WHEN OLD.fingerprint <> NEW.fingerprint OR OLD.start_ms IS NOT NEW.start_ms BEGIN
    DELETE FROM compared WHERE activity = NEW.id
        OR activity IN (SELECT b FROM pair WHERE a = NEW.id UNION SELECT a FROM pair WHERE b = NEW.id);
    DELETE FROM pair WHERE a = NEW.id OR b = NEW.id;
END;

-- It was said of an activity that it is no copy of those with the same points.
INSERT INTO decision (a, b, same)
    SELECT DISTINCT min(one.id, other.id), max(one.id, other.id), 0 FROM activity AS one
    JOIN activity AS other ON other.fingerprint = one.fingerprint AND other.id <> one.id WHERE one.apart;
ALTER TABLE activity DROP COLUMN apart;

-- Schema version 10: the number of kinds of sensors, times among them, becomes the completeness of summary.rs, in which
-- times count 7.
ALTER TABLE activity RENAME COLUMN sensors TO completeness;
UPDATE activity SET completeness = completeness + 6 WHERE end_ms IS NOT NULL;

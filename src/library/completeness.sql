-- Schema version 10: the number of kinds of sensors, times among them, becomes the completeness of summary.rs, as if all
-- points had values.
ALTER TABLE activity RENAME COLUMN sensors TO completeness;
UPDATE activity SET completeness = 8 * completeness + CASE WHEN end_ms IS NULL THEN 0 ELSE 504 END;

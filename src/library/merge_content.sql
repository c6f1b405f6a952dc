-- Merges content {new} into content {old}, which has the same bytes but an older row of a table of activities. The id
-- and the decisions of the older content stay. Files joined with the older row must be read again.
DELETE FROM file WHERE id IN (SELECT file FROM member WHERE content = {old});
UPDATE activity SET (sport, name, gear, commute, start_ms) =
    (SELECT sport, name, gear, commute, start_ms FROM activity AS newer
     WHERE newer.content = {new} AND newer.number = activity.number) WHERE content = {old};
-- Tidying depends on the sport, so the vertex codes are invalid: NO_CODES in blob.rs.
UPDATE track SET simplifier_version = 0 WHERE activity IN (SELECT id FROM activity WHERE content = {old});
UPDATE member SET content = {old} WHERE content = {new};
CREATE TEMP TABLE renewed AS SELECT row FROM content WHERE id = {new};
DELETE FROM content WHERE id = {new};
UPDATE content SET row = (SELECT row FROM renewed) WHERE id = {old};
DROP TABLE renewed;

-- Schema version 7: points of segments that later segments of the file repeat.
ALTER TABLE content ADD COLUMN repeated INTEGER NOT NULL DEFAULT 0;

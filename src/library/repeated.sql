-- Schema version 7: number of points of segments that later segments repeat; left out when the activity is prepared.
ALTER TABLE content ADD COLUMN repeated INTEGER NOT NULL DEFAULT 0;

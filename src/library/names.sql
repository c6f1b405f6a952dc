-- Schema version 5: renames these columns of schema.sql; all others keep their names.
ALTER TABLE content RENAME COLUMN reading TO reader_version;
ALTER TABLE content RENAME COLUMN kept TO imported;
ALTER TABLE file RENAME COLUMN reading TO reader_version;
ALTER TABLE file RENAME COLUMN listings TO tables;
ALTER TABLE track RENAME COLUMN readings TO sensors;
ALTER TABLE track RENAME COLUMN marking TO simplifier_version;

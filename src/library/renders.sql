-- What a render has left for the next one to the same place.
CREATE TABLE render (
    place BLOB PRIMARY KEY,           -- absolute, without links
    record BLOB NOT NULL              -- see again::Record
);

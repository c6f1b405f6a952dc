-- Schema version 3: what a render leaves for the next render to the same output.
CREATE TABLE render (
    place BLOB PRIMARY KEY,           -- path of the output, absolute, without links
    record BLOB NOT NULL              -- pyramid::incremental::RenderRecord
);

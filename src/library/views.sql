-- Schema version 8: named selections.
CREATE TABLE view (
    name TEXT PRIMARY KEY,
    sentence TEXT NOT NULL            -- condition, see selection::sentence
) WITHOUT ROWID;

-- How far each feed has been applied to this very file.
CREATE TABLE cursors (
    feed TEXT    PRIMARY KEY,
    seq  INTEGER NOT NULL CHECK (seq >= 0)
) STRICT, WITHOUT ROWID;

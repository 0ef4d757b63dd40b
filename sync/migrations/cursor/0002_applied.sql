-- Which number of each thing was applied to this very file, so that both ends of a feed can be compared row by row.
CREATE TABLE applied (
    feed TEXT    NOT NULL,
    kind TEXT    NOT NULL,
    key  TEXT    NOT NULL,
    seq  INTEGER NOT NULL,                                  -- of the row that was applied last; a tombstone leaves nothing
    PRIMARY KEY (feed, kind, key)
) STRICT, WITHOUT ROWID;

-- What was applied before this table was made cannot be told; every feed is read once more, which changes nothing.
DELETE FROM cursors;

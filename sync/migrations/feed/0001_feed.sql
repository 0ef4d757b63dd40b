-- What goes down. A feed's number is taken inside the writing transaction, so numbers become visible in their order.
CREATE TABLE feeds (
    feed   TEXT    PRIMARY KEY,
    head   INTEGER NOT NULL DEFAULT 0,
    floor  INTEGER NOT NULL DEFAULT 0                       -- a cursor above 0 and below it has missed a forgotten row
) STRICT, WITHOUT ROWID;

CREATE TABLE feed_rows (
    feed      TEXT    NOT NULL REFERENCES feeds (feed),
    kind      TEXT    NOT NULL,
    key       TEXT    NOT NULL,
    seq       INTEGER NOT NULL,
    at_ms     INTEGER NOT NULL,
    tombstone INTEGER NOT NULL CHECK (tombstone IN (0, 1)),
    body      BLOB    NOT NULL,
    PRIMARY KEY (feed, kind, key)                           -- the newest state of a thing is the only one kept
) STRICT;
CREATE UNIQUE INDEX feed_order ON feed_rows (feed, seq);

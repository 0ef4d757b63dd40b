-- What this node owes upwards: its own rows and those of nodes below it, each under the origin it was born with.
CREATE TABLE outbox_origins (
    origin           INTEGER PRIMARY KEY,
    store            TEXT    NOT NULL,
    node             TEXT    NOT NULL,
    epoch            TEXT    NOT NULL,
    lane             INTEGER NOT NULL CHECK (lane BETWEEN 0 AND 2),
    standing         TEXT    NOT NULL CHECK (standing IN ('own', 'past', 'relayed')),
    last_sequence    INTEGER NOT NULL DEFAULT 0,            -- of the newest row
    settled_sequence INTEGER NOT NULL DEFAULT 0,            -- of the newest row with a receipt; all after it is owed
    settled_event_id TEXT,                                  -- the `previous` of the next push; NULL before any receipt
    UNIQUE (store, node, epoch, lane),
    CHECK (settled_sequence BETWEEN 0 AND last_sequence)
) STRICT;
CREATE UNIQUE INDEX outbox_own ON outbox_origins (lane) WHERE standing = 'own';

CREATE TABLE outbox_rows (
    origin         INTEGER NOT NULL REFERENCES outbox_origins (origin),
    sequence       INTEGER NOT NULL CHECK (sequence > 0),
    event_id       TEXT    NOT NULL,
    born_here      INTEGER NOT NULL CHECK (born_here IN (0, 1)),
    kind           TEXT    NOT NULL,
    recorded_at_ms INTEGER NOT NULL,
    tries          INTEGER NOT NULL DEFAULT 0,              -- refusals of this row on its own
    settled_at_ms  INTEGER,                                 -- all three NULL while owed
    verdict        TEXT CHECK (verdict IN ('recorded', 'duplicate', 'flagged', 'unreadable')),
    reason         TEXT,
    envelope       BLOB    NOT NULL,                        -- the very bytes that go on the line
    PRIMARY KEY (origin, sequence)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX outbox_event ON outbox_rows (event_id) WHERE born_here = 1;
CREATE INDEX outbox_review ON outbox_rows (settled_at_ms) WHERE verdict IN ('flagged', 'unreadable');

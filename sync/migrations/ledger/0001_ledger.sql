-- What arrived from below, once. A mark is kept per origin for ever.
CREATE TABLE origins (
    store         TEXT    NOT NULL,
    node          TEXT    NOT NULL,
    epoch         TEXT    NOT NULL,
    lane          INTEGER NOT NULL CHECK (lane BETWEEN 0 AND 2),
    mark          INTEGER NOT NULL DEFAULT 0,
    mark_event_id TEXT,
    first_at_ms   INTEGER NOT NULL,
    last_at_ms    INTEGER NOT NULL,
    PRIMARY KEY (store, node, epoch, lane)
) STRICT, WITHOUT ROWID;

CREATE TABLE ledger (
    store          TEXT    NOT NULL,
    node           TEXT    NOT NULL,
    epoch          TEXT    NOT NULL,
    lane           INTEGER NOT NULL,
    sequence       INTEGER NOT NULL,
    event_id       TEXT    NOT NULL,
    kind           TEXT    NOT NULL,
    subject        TEXT    NOT NULL,
    occurred_at_ms INTEGER NOT NULL,
    received_at_ms INTEGER NOT NULL,
    skew_ms        INTEGER,                                 -- receiver's clock minus the sender's at this delivery
    verdict        TEXT    NOT NULL CHECK (verdict IN ('recorded', 'flagged', 'unreadable')),
    reason         TEXT,
    envelope       BLOB    NOT NULL,                        -- as it came
    PRIMARY KEY (store, node, epoch, lane, sequence)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX ledger_event ON ledger (store, event_id) WHERE lane < 2;
CREATE INDEX ledger_review ON ledger (received_at_ms) WHERE verdict <> 'recorded';

-- Numbers whose event the ledger already held under another number: counted, so that the origin stays contiguous.
CREATE TABLE ledger_repeats (
    store    TEXT    NOT NULL,
    node     TEXT    NOT NULL,
    epoch    TEXT    NOT NULL,
    lane     INTEGER NOT NULL,
    sequence INTEGER NOT NULL,
    event_id TEXT    NOT NULL,
    PRIMARY KEY (store, node, epoch, lane, sequence)
) STRICT, WITHOUT ROWID;

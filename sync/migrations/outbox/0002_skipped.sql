-- What was in a push may be known to the peer and never changes again; of an older file that is not known, so all of it counts.
ALTER TABLE outbox_origins ADD COLUMN pushed_sequence INTEGER NOT NULL DEFAULT 0;
UPDATE outbox_origins SET pushed_sequence = last_sequence;

-- How many bytes of envelopes are owed, kept with every change so that nothing ever reads the backlog to know it.
ALTER TABLE outbox_origins ADD COLUMN owed_bytes INTEGER NOT NULL DEFAULT 0;
UPDATE outbox_origins SET owed_bytes =
    (SELECT coalesce(sum(length(r.envelope)), 0) FROM outbox_rows r
     WHERE r.origin = outbox_origins.origin AND r.sequence > outbox_origins.settled_sequence);

-- Facts of this origin that were dropped or coalesced, ever.
ALTER TABLE outbox_origins ADD COLUMN skipped INTEGER NOT NULL DEFAULT 0;

-- A skipped row stands for the numbers from its own up to this one; NULL for a fact.
ALTER TABLE outbox_rows ADD COLUMN skipped_to INTEGER;

-- Checksum over origin, sequence, event_id and envelope, looked at before the row is sent; NULL for rows of an older program.
ALTER TABLE outbox_rows ADD COLUMN tag INTEGER;

-- Rows that will never be sent as they are: damaged on this disk, or refused by the peer again and again. A skipped row
-- travels in their place; these wait here for a person.
CREATE TABLE outbox_parked (
    origin         INTEGER NOT NULL REFERENCES outbox_origins (origin),
    sequence       INTEGER NOT NULL,
    event_id       TEXT    NOT NULL,
    born_here      INTEGER NOT NULL CHECK (born_here IN (0, 1)),
    kind           TEXT    NOT NULL,
    recorded_at_ms INTEGER NOT NULL,
    parked_at_ms   INTEGER NOT NULL,
    why            TEXT    NOT NULL CHECK (why IN ('damaged', 'refused')),
    envelope       BLOB    NOT NULL,
    PRIMARY KEY (origin, sequence)
) STRICT, WITHOUT ROWID;

-- One row: how many bytes may be owed before telemetry makes room for what must never be lost.
CREATE TABLE outbox_quota (
    one     INTEGER PRIMARY KEY CHECK (one = 1),
    bytes   INTEGER NOT NULL CHECK (bytes > 0),
    closed  INTEGER NOT NULL DEFAULT 0 CHECK (closed IN (0, 1)),  -- the disk itself is full: no telemetry at all
    refused INTEGER NOT NULL DEFAULT 0                            -- telemetry that was not taken because of either
) STRICT;
INSERT INTO outbox_quota (one, bytes) VALUES (1, 536870912);

-- The journal of acts: every act on a pickup with the row before it in its hash, written in the transaction of the act.
-- Ids only: nothing in it ever has to be erased. `detail` is the SHA-256 of the fact; a row that begins a segment says why.
CREATE TABLE audit_rows (
  number INTEGER PRIMARY KEY,
  segment INTEGER NOT NULL,
  at_ms INTEGER NOT NULL,
  kind TEXT NOT NULL,
  subject TEXT NOT NULL,
  actor TEXT NOT NULL,
  event_id TEXT NOT NULL,
  detail BLOB NOT NULL,
  hash BLOB NOT NULL
) STRICT;
CREATE INDEX audit_rows_by_subject ON audit_rows (subject, number);

-- Heads of the journal as this hub signed them, with central's signature once it is here; of each day the last is kept.
CREATE TABLE audit_heads (
  segment INTEGER NOT NULL,
  number INTEGER NOT NULL,
  head BLOB NOT NULL,
  public_key TEXT NOT NULL,
  signature TEXT NOT NULL,
  seen_at_ms INTEGER,
  seen_signature TEXT,
  PRIMARY KEY (segment, number)
) STRICT, WITHOUT ROWID;

-- Labels printed beforehand and the parcels they stick on.
CREATE TABLE roll_labels (
  serial INTEGER PRIMARY KEY,
  order_id TEXT NOT NULL,
  parcel INTEGER NOT NULL,
  UNIQUE (order_id, parcel)
) STRICT;

-- Counts of the shelves: what was found, what is missing, what nobody knows and what should have left.
CREATE TABLE shelf_counts (
  count_id TEXT PRIMARY KEY,
  at_ms INTEGER NOT NULL,
  counted BLOB NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX shelf_counts_by_time ON shelf_counts (at_ms);

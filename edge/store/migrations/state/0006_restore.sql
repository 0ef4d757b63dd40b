-- What a hub needs to be put back after its file was lost, and to be told by central what it did meanwhile.

-- How far this store's facts were read back from central, per origin; what is here was folded and is never owed again.
CREATE TABLE facts_back (
  store TEXT NOT NULL,
  node TEXT NOT NULL,
  epoch TEXT NOT NULL,
  lane INTEGER NOT NULL,
  sequence INTEGER NOT NULL,
  PRIMARY KEY (store, node, epoch, lane)
) STRICT, WITHOUT ROWID;

-- Parcels handed over while the book did not know their order: none leaves twice, and the order is told when it arrives.
CREATE TABLE left_unknown (
  order_id TEXT NOT NULL,
  number INTEGER NOT NULL,
  event_id TEXT NOT NULL,
  at_ms INTEGER NOT NULL,
  fact BLOB NOT NULL,
  PRIMARY KEY (order_id, number)
) STRICT, WITHOUT ROWID;

-- Rows of central's that became this store's own since the last backup, in the order they were applied: for the journal.
CREATE TABLE heard_rows (
  number INTEGER PRIMARY KEY,
  row BLOB NOT NULL
) STRICT;

-- What promises rest on and are measured by. Derived from the acts themselves, so a book that is folded anew has it too.

-- The first time this order was promised for; promised_at_ms is the newest. NULL where it was promised once.
ALTER TABLE pickups ADD COLUMN first_promised_at_ms INTEGER;

-- Units settled at the shelf (picked, short, replaced), by minute: the pace of the last hours.
CREATE TABLE pick_pace (
  minute INTEGER PRIMARY KEY,
  units INTEGER NOT NULL CHECK (units > 0)
) STRICT;

-- Units that were not on the shelf although the book said so; negative when that was taken back.
CREATE TABLE stock_shorts (
  order_id TEXT NOT NULL,
  line INTEGER NOT NULL,
  at_ms INTEGER NOT NULL,
  gtin TEXT NOT NULL,
  qty INTEGER NOT NULL
) STRICT;
CREATE INDEX stock_shorts_by_product ON stock_shorts (gtin, at_ms, qty);
CREATE INDEX stock_shorts_by_time ON stock_shorts (at_ms);

-- Which orders a run over the uncollected ones closed, so that the whole run can be taken back.
CREATE TABLE no_shows (
  run_id TEXT NOT NULL,
  order_id TEXT NOT NULL,
  expired_at_ms INTEGER NOT NULL,
  expired_by TEXT NOT NULL,
  reopened_at_ms INTEGER,
  PRIMARY KEY (run_id, order_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX no_shows_by_time ON no_shows (expired_at_ms);

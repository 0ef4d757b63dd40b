-- What the rule book of the counter writes down: substitutes, questions, one step back, orders nobody fetched.

ALTER TABLE pickups ADD COLUMN if_short TEXT NOT NULL DEFAULT 'refund';
ALTER TABLE pickups ADD COLUMN extended_until_ms INTEGER;
ALTER TABLE pickups ADD COLUMN reminded_at_ms INTEGER;
-- How many words about the whole order were folded; lines and parcels count theirs as `step`. An older one is known as old.
ALTER TABLE pickups ADD COLUMN turn INTEGER NOT NULL DEFAULT 0;

ALTER TABLE pickup_lines ADD COLUMN substituted_qty INTEGER NOT NULL DEFAULT 0 CHECK (substituted_qty >= 0);
ALTER TABLE pickup_lines ADD COLUMN for_line INTEGER;
ALTER TABLE pickup_lines ADD COLUMN step INTEGER NOT NULL DEFAULT 0;

ALTER TABLE parcels ADD COLUMN state_before TEXT;
ALTER TABLE parcels ADD COLUMN restocked INTEGER NOT NULL DEFAULT 0;
ALTER TABLE parcels ADD COLUMN step INTEGER NOT NULL DEFAULT 0;

-- What the shopper was asked about units that are short, and her one answer.
CREATE TABLE questions (
  order_id TEXT NOT NULL REFERENCES pickups (order_id),
  question_id TEXT NOT NULL,
  line INTEGER NOT NULL,
  qty INTEGER NOT NULL CHECK (qty > 0),
  reason TEXT NOT NULL,
  offers BLOB NOT NULL,
  until_ms INTEGER NOT NULL,
  choice TEXT,
  gtin TEXT,
  how TEXT,
  PRIMARY KEY (order_id, question_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX questions_open ON questions (until_ms) WHERE choice IS NULL;

-- Acts that were taken back: heard again, they are not folded again.
CREATE TABLE pickup_undone (
  order_id TEXT NOT NULL REFERENCES pickups (order_id),
  position INTEGER NOT NULL,
  event_id TEXT NOT NULL,
  PRIMARY KEY (order_id, position)
) STRICT, WITHOUT ROWID;

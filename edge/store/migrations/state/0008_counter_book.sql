-- What the rule book of the counter writes down: substitutes, questions, one step back, orders nobody fetched.

ALTER TABLE pickups ADD COLUMN if_short TEXT NOT NULL DEFAULT 'refund';
ALTER TABLE pickups ADD COLUMN extended_until_ms INTEGER;
ALTER TABLE pickups ADD COLUMN reminded_at_ms INTEGER;

-- `step` counts the acts on a line or parcel, so that an older one heard again is known as old.
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

-- Words about the whole order that stand in it, and acts that were taken back: none of them is folded again.
CREATE TABLE pickup_past (
  order_id TEXT NOT NULL REFERENCES pickups (order_id),
  event_id TEXT NOT NULL,
  became TEXT NOT NULL CHECK (became IN ('heard', 'undone')),
  PRIMARY KEY (order_id, event_id, became)
) STRICT, WITHOUT ROWID;

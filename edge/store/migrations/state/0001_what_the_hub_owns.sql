-- What this hub owns or owes. This file is never replaced by a snapshot.
-- Times are INTEGER milliseconds UTC, money INTEGER minor units. No name, phone number or address stands here.

CREATE TABLE pickups (
  order_id TEXT PRIMARY KEY,
  store TEXT NOT NULL,
  store_number INTEGER NOT NULL,
  display_code TEXT NOT NULL,
  revision INTEGER NOT NULL,
  state TEXT NOT NULL,
  guest INTEGER NOT NULL,
  currency TEXT NOT NULL,
  total_minor INTEGER NOT NULL,
  amount_due_minor INTEGER NOT NULL,
  placed_at_ms INTEGER NOT NULL,
  promised_at_ms INTEGER,
  ready_at_ms INTEGER,
  arrived_at_ms INTEGER,
  arrived_by TEXT,
  cancel_asked_at_ms INTEGER,
  cancel_ask_id TEXT,
  cancel_ask_open INTEGER NOT NULL DEFAULT 0,
  told_at_ms INTEGER,
  partly_handed_over INTEGER NOT NULL DEFAULT 0,
  closed_reason TEXT,
  closed_at_ms INTEGER
) STRICT;
-- The board reads open orders only; closed ones stay for the return window and must not slow it down.
CREATE INDEX pickups_open ON pickups (state) WHERE closed_at_ms IS NULL;
CREATE INDEX pickups_closed ON pickups (closed_at_ms) WHERE closed_at_ms IS NOT NULL;

CREATE TABLE pickup_lines (
  order_id TEXT NOT NULL REFERENCES pickups (order_id),
  line INTEGER NOT NULL,
  gtin TEXT NOT NULL,
  qty INTEGER NOT NULL CHECK (qty > 0),
  price_minor INTEGER NOT NULL,
  picked_qty INTEGER NOT NULL DEFAULT 0 CHECK (picked_qty >= 0),
  short_qty INTEGER NOT NULL DEFAULT 0 CHECK (short_qty >= 0),
  short_reason TEXT,
  PRIMARY KEY (order_id, line),
  CHECK (picked_qty + short_qty <= qty)
) STRICT, WITHOUT ROWID;

CREATE TABLE pickup_charges (
  order_id TEXT NOT NULL REFERENCES pickups (order_id),
  position INTEGER NOT NULL,
  code TEXT NOT NULL,
  text TEXT NOT NULL,
  qty INTEGER NOT NULL,
  price_minor INTEGER NOT NULL,
  PRIMARY KEY (order_id, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE parcels (
  order_id TEXT NOT NULL REFERENCES pickups (order_id),
  number INTEGER NOT NULL,
  state TEXT NOT NULL,
  shelf TEXT NOT NULL,
  staged_at_ms INTEGER NOT NULL,
  left_at_ms INTEGER,
  left_by TEXT,
  left_event TEXT,
  PRIMARY KEY (order_id, number)
) STRICT, WITHOUT ROWID;

CREATE TABLE parcel_units (
  order_id TEXT NOT NULL,
  number INTEGER NOT NULL,
  line INTEGER NOT NULL,
  qty INTEGER NOT NULL CHECK (qty > 0),
  PRIMARY KEY (order_id, number, line),
  FOREIGN KEY (order_id, number) REFERENCES parcels (order_id, number)
) STRICT, WITHOUT ROWID;

-- The reservation ledger: each accepted unit is in exactly one of reserved, staged, gone (or was released).
CREATE TABLE reservations (
  order_id TEXT NOT NULL,
  line INTEGER NOT NULL,
  gtin TEXT NOT NULL,
  reserved INTEGER NOT NULL CHECK (reserved >= 0),
  staged INTEGER NOT NULL CHECK (staged >= 0),
  gone INTEGER NOT NULL CHECK (gone >= 0),
  PRIMARY KEY (order_id, line)
) STRICT, WITHOUT ROWID;
CREATE INDEX reservations_held ON reservations (gtin, reserved, staged) WHERE reserved + staged > 0;

-- Goods that left or came back, with the time, so that they can be set against upstream's on-hand figure of a moment.
CREATE TABLE stock_moves (
  event_id TEXT NOT NULL,
  position INTEGER NOT NULL,
  gtin TEXT NOT NULL,
  at_ms INTEGER NOT NULL,
  gone INTEGER NOT NULL DEFAULT 0,
  restocked INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (event_id, position)
) STRICT, WITHOUT ROWID;
CREATE INDEX stock_moves_by_product ON stock_moves (gtin, at_ms, gone, restocked);

CREATE TABLE wishes (
  wish_id TEXT PRIMARY KEY,
  kind TEXT NOT NULL CHECK (kind IN ('change', 'order')),
  cart TEXT NOT NULL,
  body BLOB NOT NULL,
  asked_at_ms INTEGER NOT NULL,
  outcome TEXT,
  reason TEXT,
  line TEXT,
  version INTEGER,
  order_id TEXT,
  answered_at_ms INTEGER
) STRICT;
CREATE INDEX wishes_by_cart ON wishes (cart, asked_at_ms);

CREATE TABLE returns (
  return_id TEXT PRIMARY KEY,
  recorded_at_ms INTEGER NOT NULL,
  refund_minor INTEGER NOT NULL,
  refund_asked INTEGER NOT NULL,
  actor TEXT NOT NULL
) STRICT;

CREATE TABLE return_lines (
  return_id TEXT NOT NULL REFERENCES returns (return_id),
  position INTEGER NOT NULL,
  order_id TEXT,
  line INTEGER,
  gtin TEXT NOT NULL,
  qty INTEGER NOT NULL CHECK (qty > 0),
  amount_minor INTEGER NOT NULL,
  condition TEXT NOT NULL,
  PRIMARY KEY (return_id, position),
  CHECK ((order_id IS NULL) = (line IS NULL))
) STRICT, WITHOUT ROWID;
CREATE INDEX return_lines_by_order ON return_lines (order_id, line) WHERE order_id IS NOT NULL;

CREATE TABLE return_charges (
  return_id TEXT NOT NULL REFERENCES returns (return_id),
  position INTEGER NOT NULL,
  code TEXT NOT NULL,
  amount_minor INTEGER NOT NULL,
  PRIMARY KEY (return_id, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE staff_calls (
  call_id TEXT PRIMARY KEY,
  kiosk TEXT NOT NULL,
  screen TEXT NOT NULL,
  visit_id TEXT,
  order_id TEXT,
  called_at_ms INTEGER NOT NULL,
  done_at_ms INTEGER,
  done_by TEXT
) STRICT;
CREATE INDEX staff_calls_waiting ON staff_calls (called_at_ms) WHERE done_at_ms IS NULL;

CREATE TABLE staff (
  staff_id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  role TEXT NOT NULL CHECK (role IN ('clerk', 'manager')),
  pin_hash TEXT NOT NULL
) STRICT;

CREATE TABLE staff_sessions (
  token_hash BLOB PRIMARY KEY,
  staff_id TEXT NOT NULL,
  desk TEXT NOT NULL,
  csrf TEXT NOT NULL,
  opened_at_ms INTEGER NOT NULL,
  ended_at_ms INTEGER
) STRICT;

-- Survives a pulled plug on purpose: a restart must not hand out five more tries.
CREATE TABLE sign_in_tries (
  staff_id TEXT PRIMARY KEY,
  tries INTEGER NOT NULL,
  locked_until_ms INTEGER
) STRICT;

CREATE TABLE devices (
  node TEXT PRIMARY KEY,
  role TEXT NOT NULL,
  public TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('active', 'revoked')),
  enrolled_at_ms INTEGER NOT NULL,
  last_seen_ms INTEGER
) STRICT;

CREATE TABLE pass_keys (
  key_id INTEGER PRIMARY KEY,
  public TEXT NOT NULL,
  from_ms INTEGER NOT NULL
) STRICT;

-- A genuine pass whose order has not arrived here: somebody stood at the desk and was sent away.
CREATE TABLE pass_seen (
  order_id TEXT NOT NULL,
  pass_id TEXT NOT NULL,
  first_at_ms INTEGER NOT NULL,
  event_id TEXT NOT NULL,
  PRIMARY KEY (order_id, pass_id)
) STRICT, WITHOUT ROWID;

-- An app QR counts once per shopper and step.
CREATE TABLE used_codes (
  identity TEXT NOT NULL,
  step INTEGER NOT NULL,
  event_id TEXT NOT NULL,
  PRIMARY KEY (identity, step)
) STRICT, WITHOUT ROWID;

CREATE TABLE incidents (
  incident_id INTEGER PRIMARY KEY,
  kind TEXT NOT NULL,
  subject TEXT NOT NULL,
  detail TEXT NOT NULL,
  at_ms INTEGER NOT NULL,
  done_at_ms INTEGER,
  done_by TEXT,
  UNIQUE (kind, subject)
) STRICT;

CREATE TABLE config (
  key TEXT PRIMARY KEY,
  body BLOB NOT NULL,
  at_ms INTEGER NOT NULL
) STRICT;

-- Where a tag was last: for 24 hours, by a keyed hash that the hub alone can make.
CREATE TABLE presence (
  tag_hash TEXT PRIMARY KEY,
  zone TEXT,
  at_ms INTEGER NOT NULL
) STRICT;

-- What was answered to a press, so that asking again with the same event_id gives the same answer.
CREATE TABLE answers (
  event_id TEXT PRIMARY KEY,
  asked BLOB NOT NULL,
  refused INTEGER NOT NULL,
  body BLOB NOT NULL,
  at_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX answers_by_age ON answers (at_ms);

-- Rows a peer could not understand yet: kept, counted, read again after an upgrade.
CREATE TABLE unread_rows (
  feed TEXT NOT NULL,
  number INTEGER NOT NULL,
  kind TEXT NOT NULL,
  key TEXT NOT NULL,
  body BLOB NOT NULL,
  at_ms INTEGER NOT NULL,
  PRIMARY KEY (feed, number)
) STRICT, WITHOUT ROWID;

-- The counter without a scanner, without a pass, and with second thoughts. No name, number or document stands here.

-- The code a clerk types when nothing can be scanned: a slow hash of it, which it is found by.
CREATE TABLE typed_codes (
  order_id TEXT PRIMARY KEY,
  typed_check TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX typed_codes_by_check ON typed_codes (typed_check);

-- Wrong codes within a quarter of an hour, by person and for the whole shop; survives a pulled plug on purpose.
CREATE TABLE typed_tries (
  subject TEXT PRIMARY KEY,
  tries INTEGER NOT NULL,
  until_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Whose typing a manager has vouched for, at which desk: once per shift.
CREATE TABLE typing_allowed (
  actor TEXT NOT NULL,
  desk TEXT NOT NULL,
  allowed_by TEXT NOT NULL,
  allowed_at_ms INTEGER NOT NULL,
  PRIMARY KEY (actor, desk)
) STRICT, WITHOUT ROWID;

-- Passes that a newer one took the place of.
CREATE TABLE revoked_passes (
  order_id TEXT NOT NULL,
  pass_id TEXT NOT NULL,
  PRIMARY KEY (order_id, pass_id)
) STRICT, WITHOUT ROWID;

-- Every handover as it was made, and whether it was taken back: for the undo, the shift report and the count per clerk.
CREATE TABLE handovers (
  event_id TEXT PRIMARY KEY,
  order_id TEXT NOT NULL,
  made_at_ms INTEGER NOT NULL,
  actor TEXT NOT NULL,
  desk TEXT NOT NULL,
  how TEXT NOT NULL,
  voided_at_ms INTEGER,
  voided_by TEXT,
  void_reason TEXT
) STRICT, WITHOUT ROWID;
CREATE INDEX handovers_by_time ON handovers (made_at_ms);

-- What became of an incident once somebody looked at it.
ALTER TABLE incidents ADD COLUMN outcome TEXT;
ALTER TABLE incidents ADD COLUMN note_code TEXT;

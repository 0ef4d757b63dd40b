-- What shoppers chose on their phones, from when central brought it until the hub took it as the answer to its question.
-- A row waits here only while the book may be old (after a restore); otherwise it is taken in the transaction that heard it.

CREATE TABLE phone_answers (
  question_id TEXT PRIMARY KEY,
  order_id TEXT NOT NULL,
  choice TEXT NOT NULL,
  gtin TEXT,
  chosen_at_ms INTEGER NOT NULL,
  heard_at_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- A kiosk and a phone name a question alone; and what was chosen instead counts against what may still be promised.
CREATE INDEX questions_by_id ON questions (question_id);
CREATE INDEX questions_chosen ON questions (gtin) WHERE choice = 'substitute';

-- Keys of persons. This file is never backed up: dropping a row here is what erasure means.

CREATE TABLE person_keys (
  subject TEXT PRIMARY KEY,
  key BLOB NOT NULL,
  made_at_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE peppers (
  name TEXT PRIMARY KEY,
  value BLOB NOT NULL
) STRICT, WITHOUT ROWID;

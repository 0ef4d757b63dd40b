-- Copies of what others own, with their feeds' cursors. A snapshot may replace this whole file.
-- What belongs to a person is sealed under that person's key (keys.db); without the key it is noise.

CREATE TABLE products (
  gtin TEXT PRIMARY KEY,
  body BLOB NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE stock (
  gtin TEXT PRIMARY KEY,
  on_hand INTEGER NOT NULL,
  as_of_ms INTEGER NOT NULL,
  safety INTEGER NOT NULL,
  price_minor INTEGER NOT NULL,
  price_as_of_ms INTEGER NOT NULL,
  aisle INTEGER,
  bay TEXT,
  category TEXT
) STRICT, WITHOUT ROWID;

CREATE TABLE carts (
  identity TEXT PRIMARY KEY,
  cart_id TEXT NOT NULL,
  version INTEGER NOT NULL,
  stored_at_ms INTEGER NOT NULL,
  sealed BLOB NOT NULL
) STRICT;
CREATE UNIQUE INDEX carts_by_cart ON carts (cart_id);

CREATE TABLE cards (
  identity TEXT PRIMARY KEY,
  expires_at_ms INTEGER NOT NULL,
  stored_at_ms INTEGER NOT NULL,
  sealed BLOB NOT NULL
) STRICT;

CREATE TABLE name_cards (
  order_id TEXT PRIMARY KEY,
  identity TEXT,
  stored_at_ms INTEGER NOT NULL,
  sealed BLOB NOT NULL
) STRICT;
CREATE INDEX name_cards_by_identity ON name_cards (identity) WHERE identity IS NOT NULL;

CREATE TABLE tags (
  tag_hash TEXT PRIMARY KEY,
  identity TEXT NOT NULL
) STRICT;
CREATE INDEX tags_by_identity ON tags (identity);

CREATE TABLE unread_rows (
  feed TEXT NOT NULL,
  number INTEGER NOT NULL,
  kind TEXT NOT NULL,
  key TEXT NOT NULL,
  body BLOB NOT NULL,
  at_ms INTEGER NOT NULL,
  PRIMARY KEY (feed, number)
) STRICT, WITHOUT ROWID;

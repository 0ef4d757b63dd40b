-- Orders this hub has forgotten after their return window: a feed read again from its beginning must not bring them back.
CREATE TABLE forgotten_orders (
  order_id TEXT PRIMARY KEY,
  forgotten_at_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Which hub of its store this one is: the term central gave, its signed word for it, and whether central told us to stop.
CREATE TABLE standing (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  term INTEGER NOT NULL DEFAULT 0,
  statement BLOB,
  superseded_at_ms INTEGER,
  superseded_why TEXT
) STRICT;
INSERT INTO standing (id) VALUES (1);

-- Central holds a copy of the machines this hub trusts, so that a hub that takes its place trusts them too.
ALTER TABLE devices ADD COLUMN told_at_ms INTEGER;

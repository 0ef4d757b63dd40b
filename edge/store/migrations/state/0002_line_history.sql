-- When the line to central went and came back, for the ops page; kept eight days.

CREATE TABLE line_turns (
  at_ms INTEGER NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('up', 'cut')),
  PRIMARY KEY (at_ms, state)
) STRICT, WITHOUT ROWID;

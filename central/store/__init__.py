"""Central's books: the only room that speaks SQL to them, through SQLAlchemy Core."""

"""Alembic's folder: how the books came to their present shape, step by step."""

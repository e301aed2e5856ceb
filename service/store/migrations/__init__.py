"""Schema versions, forward and back, for SQLite and PostgreSQL alike."""

"""Where everything lies: one port, SQLite and PostgreSQL behind it, one conformance suite on both."""

"""Lookup v1: what kiosk and service share, and nothing else. Bytes in, values out; no machine."""

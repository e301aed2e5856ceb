"""The machine's parts: each decides for its own phases or devices."""

"""The customer and every secret in memory: put, lend, wipe. Nothing in it ever reaches a disk."""

"""Hand scanners that send what they read as bytes over a serial line."""

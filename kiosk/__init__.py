"""The checkout: knows no device and no window toolkit."""

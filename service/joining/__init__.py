"""Becoming a member with a telephone: pages for strangers, and the desk behind them that has keys."""

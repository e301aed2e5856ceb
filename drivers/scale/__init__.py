"""Checkout scales: two protocols, one driver, and the same scales without hardware."""

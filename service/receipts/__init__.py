"""Receipts by link: a process of its own, that knows the store and no key of the service."""

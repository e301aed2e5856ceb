"""The books: what a journal tells of sales, payments, acts of staff and receipts, for people outside."""

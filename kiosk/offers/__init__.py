"""Promotions: data, and one evaluator that prices a basket by them (docs/promotions.md)."""

"""Card readers: who shows which card, proved by bytes. The facts: docs/cards.md."""

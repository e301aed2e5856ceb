"""The pure checkout machine: states, events, commands and the one function between them."""

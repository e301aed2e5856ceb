"""Measured numbers beside their aims: `./run bench`. Never an assertion of a test."""

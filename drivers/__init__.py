"""Devices: each folder is one protocol family, each with its simulator."""

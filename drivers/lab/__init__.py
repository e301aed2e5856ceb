"""The bench: all simulators of a kiosk behind one small interface."""

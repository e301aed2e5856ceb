"""What operators do by hand: `./run service ...`."""

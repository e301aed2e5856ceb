"""Short sounds: drawn by code of our own, played by whatever the machine has."""

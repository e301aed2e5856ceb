"""What a technician types: composition roots of the device side, like kiosk.__main__."""

"""What a card or a code proves: checked here, at the service alone. The kiosk only carries it."""

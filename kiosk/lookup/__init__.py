"""The kiosk's side of the central service: ask, open, deliver. Knows no screen and no device."""

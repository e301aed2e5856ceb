"""Which catalogue is sold from: the imported file, or one that the central service offered."""

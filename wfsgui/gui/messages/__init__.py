"""Messages, status bar, readout."""

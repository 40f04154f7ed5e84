"""Running the calibration chain: jwst and its family, no Qt."""

"""The visit in the window: preflight and pointing of its exposures."""

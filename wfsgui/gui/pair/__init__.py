"""Page that compares two exposures of the same star."""

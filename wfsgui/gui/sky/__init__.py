"""Sky grid, compass, target and ruler over the image."""

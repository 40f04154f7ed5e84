"""Change of the image by each step, and checks of it."""

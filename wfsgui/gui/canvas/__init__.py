"""Canvas that shows an image, and marks, lines and tools over it."""

"""Image canvas: planes, overlays, pixel probe. Knows no exposure."""

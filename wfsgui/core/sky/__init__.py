"""Sky coordinates: grid, contours, distances, angles."""

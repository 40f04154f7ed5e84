"""Image view: drawing planes, comparing two images, and values under the cursor. Knows no exposure."""

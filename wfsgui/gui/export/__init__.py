"""Export of the view as a picture or a page."""

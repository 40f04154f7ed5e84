"""Page that shows all exposures of a visit, cut around the star."""

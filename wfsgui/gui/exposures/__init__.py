"""Open exposures: list, opening, stage on screen, saving."""

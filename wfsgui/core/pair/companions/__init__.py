"""Search for companions of a star in the difference of a pair."""

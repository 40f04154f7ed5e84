"""Assessment of one exposure for phase retrieval: quantities, limits and checks."""

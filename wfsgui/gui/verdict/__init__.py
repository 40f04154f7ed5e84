"""Panel with all checks of an exposure and the analyst's verdict."""

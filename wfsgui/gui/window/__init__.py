"""Main window and the connections between its parts."""

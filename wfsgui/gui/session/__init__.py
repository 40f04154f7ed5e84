"""Sessions: written continuously, offered again, saved and opened."""

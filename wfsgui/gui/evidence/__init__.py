"""Dialog that writes evidence files."""

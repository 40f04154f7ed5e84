"""What the analyst gives to exposures: attached backgrounds and parameter files."""

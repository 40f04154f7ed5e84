"""Reference files: what they are for, and whether an override can be used."""

"""Reference files of the demonstration and their CRDS cache."""

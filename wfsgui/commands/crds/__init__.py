"""The command ``wfsgui crds``."""

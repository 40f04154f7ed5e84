"""Proof that the package works where nothing of the development is: a bare Debian under a virtual screen."""

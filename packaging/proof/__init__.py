"""Test of the package in a minimal Debian with a virtual screen."""

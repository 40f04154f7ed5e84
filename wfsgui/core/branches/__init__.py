"""Branches of an exposure: what differs between two of them."""

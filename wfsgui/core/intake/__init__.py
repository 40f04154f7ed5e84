"""Checking files, folders and associations, and making products of them."""

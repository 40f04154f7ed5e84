"""Data-quality panel and overlay."""

"""Data model, reading of files and measurements: no Qt, no jwst."""

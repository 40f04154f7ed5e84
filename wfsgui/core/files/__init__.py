"""FITS files, planes, headers, tables and texts on disk."""

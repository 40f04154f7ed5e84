"""From files, folders and associations to products."""

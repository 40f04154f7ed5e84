"""State of CRDS: context, server, cache and reference files, and sentences on them."""

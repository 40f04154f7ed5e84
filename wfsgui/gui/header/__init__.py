"""Header panel."""

"""Roles of the exposures of a visit, and their preflight cards."""

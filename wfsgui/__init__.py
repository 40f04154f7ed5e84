"""Step-by-step calibration of JWST wavefront-sensing exposures."""

__all__ = ["__version__"]

__version__ = "0.1.0"

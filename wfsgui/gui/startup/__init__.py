"""Application, splash screen, single instance, demonstration session."""

"""Reference files of a step, and their viewer."""

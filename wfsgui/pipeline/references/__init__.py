"""Reference files as the engine sees them: content of ASDF files, files of each step, checks of overrides."""

"""Step rail, step panel, parameter form, verdict bar."""

"""Worker threads, deferred work, garbage collection."""

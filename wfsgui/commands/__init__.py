"""What the command line can do. The engine is imported only by the commands that run it."""

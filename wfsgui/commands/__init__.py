"""Commands of the command line. Only those that calibrate import the engine."""

"""The chain of steps: parameters, references, logs, errors."""

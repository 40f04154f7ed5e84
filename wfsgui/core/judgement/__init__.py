"""Judgements on results: verdicts of the analyst, comparison with the official pipeline."""

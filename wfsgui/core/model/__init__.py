"""Products, requests, events, stages: the data model of a run."""

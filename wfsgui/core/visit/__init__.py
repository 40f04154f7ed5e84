"""What the exposures of a visit are for, and what is known of them before a run."""

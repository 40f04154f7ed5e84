"""Display of planes: levels, stretches, comparison, DQ flags."""

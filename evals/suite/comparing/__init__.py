"""Two runs, or a run and a committed baseline, held against each other."""

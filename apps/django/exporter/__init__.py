"""Serves the metrics page: a process beside the workers, which sums what they recorded."""

"""The metrics of contract/metrics.yaml: recorded in the workers, served by a process of its own."""

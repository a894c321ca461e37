"""Records the metrics of contract/metrics.yaml in the workers; the package exporter serves them."""

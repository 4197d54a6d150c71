"""What the storefront costs, as ratios: `make bench`, or `python -m benchmarks cold-start latency synthesis set-up`."""

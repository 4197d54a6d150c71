"""What the storefront and its constructs cost, as ratios: `make bench`, or `python -m benchmarks latency set-up`."""

"""A simulated company and the inboxes that state its facts: for the demo, the tests and the benchmarks."""

"""Benchmarks: tables with ratios from one run. Nothing here is timed by the tests."""

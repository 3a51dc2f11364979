"""A day on virtual time: the same floor, and what stands beside it, on the same callers (模拟)."""

"""Rehearsal (演练): simulated citizens and seats; what they saw is compared with what we say."""

"""Seats of a rehearsal that are real browsers: the only room here that knows Playwright."""

"""Composition over time: one coroutine for each kind of call. Start with `inbound_call.py`."""

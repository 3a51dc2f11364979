"""What a citizen says, understood: by key or by voice, key always wins (field notes on speech).

`listens.py` is the port that stories use; `listener.py` keeps it with a worker process of its own
(`supervisor.py` here, `worker.py` there), because some inputs end a recogniser with a signal.
"""

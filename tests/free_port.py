"""A port of nobody's, for a test that needs one to be free, or nobody to listen there."""

import socket

from hotline.private.ports import LOOPBACK, TCP


def free_port(kind: socket.SocketKind = TCP, host: str = LOOPBACK) -> int:
    with socket.socket(socket.AF_INET, kind) as probe:
        probe.bind((host, 0))
        port: int = probe.getsockname()[1]
        return port

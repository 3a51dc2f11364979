"""Stands in for `hotline run` below a keeper: answers /readyz, and writes down what it was told."""

import json
import os
import signal
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path


class Ready(BaseHTTPRequestHandler):
    def do_GET(self) -> None:  # the standard library's name
        self.send_response(200 if self.path == "/readyz" else 404)
        self.send_header("Content-Length", "0")
        self.end_headers()


def leave(*_: object) -> None:
    raise SystemExit(0)


signal.signal(signal.SIGTERM, leave)
told = {name: value for name, value in os.environ.items() if name.startswith("HOTLINE_")}
heard = Path(told["HOTLINE_INSTANCE_DIR"], "told.json")
heard.with_suffix(".new").write_text(json.dumps(told | {"pid": os.getpid()}))
heard.with_suffix(".new").rename(heard)  # whoever reads meanwhile finds the old one whole
if "refuse" in sys.argv:
    sys.exit("bad-settings: config/queues.yaml: ring_for: 99 is too long. Write at most 10.")
HTTPServer(("127.0.0.1", int(told["HOTLINE_CONSOLE_PORT"])), Ready).serve_forever()

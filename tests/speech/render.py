"""Renders the spoken answers of the tests, 8 kHz A-law, by every Chinese voice of `./dev prompts`.

    .venv-prompts/bin/python -m tests.speech.render

Kept in the repository as raw A-law (a second is 8 kB), so that tests need no synthesis.
"""

import sys
from pathlib import Path
from typing import Final

from hotline.prompts.audio import for_telephone
from hotline.prompts.voice import RATE, Voice

HERE: Final = Path(__file__).parent
VOICES: Final = (
    *("zf_xiaobei", "zf_xiaoni", "zf_xiaoxiao", "zf_xiaoyi"),
    *("zm_yunjian", "zm_yunxi", "zm_yunxia", "zm_yunyang"),
)
# name of the file -> what is said
ANSWERS: Final = {
    "very-satisfied": "非常满意",
    "satisfied": "满意",
    "neutral": "一般",
    "dissatisfied": "不满意",
    "very-dissatisfied": "非常不满意",
    "solved": "解决了",
    "not-solved": "没有解决",
    "person": "转人工",
}
COMMENT: Final = "垃圾已经堆了三天，一直没有人来清理。"


def main() -> int:
    for name in VOICES:
        voice = Voice(name, Path(sys.prefix) / "kokoro", threads=1)
        for answer, text in ANSWERS.items():
            _write(voice, f"{answer}.{name}", f"{text}。")
    _write(Voice("zf_xiaoxiao", Path(sys.prefix) / "kokoro"), "comment.zf_xiaoxiao", COMMENT)
    return 0


def _write(voice: Voice, name: str, text: str) -> None:
    spoken = for_telephone(voice.speak(text), RATE, text)
    (HERE / "zh" / f"{name}.alaw").write_bytes(spoken)


if __name__ == "__main__":
    raise SystemExit(main())

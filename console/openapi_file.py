"""The API's document on standard output: what the pages' types are made from."""

import sys

import orjson

from console.app import OPERATIONS
from console.openapi import document


def main() -> int:
    """The same bytes for the same routes."""
    told = document(OPERATIONS, cookie="hotline")
    sys.stdout.buffer.write(orjson.dumps(told, option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS))
    return 0


if __name__ == "__main__":
    sys.exit(main())

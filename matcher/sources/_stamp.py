"""Which parser this is: a stamp that changes whenever what reads a record does, without anybody thinking of it."""

import hashlib
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
READERS = (
    "_parse", "_html", "_fields", "_dates", "_deadlines", "_budget", "_links", "_programmes", "_divisions",
)  # fmt: skip
"""The modules of this package a call is read with."""
BELOW = ("text.py", "model.py")
LIBRARIES = ("selectolax", "nh3", "pydantic")


@cache
def parser_version() -> str:
    """Sixteen hexadecimal digits over the source of all readers and the versions of the libraries they read with."""
    total = hashlib.blake2b(digest_size=8)
    files = [FOLDER / f"{name}.py" for name in READERS] + [FOLDER.parent / name for name in BELOW]
    for file in files:
        total.update(file.read_bytes())
    for library in LIBRARIES:
        total.update(_version(library).encode() + b"\0")
    return total.hexdigest()


def _version(library: str) -> str:
    try:
        return version(library)
    except PackageNotFoundError:
        return ""

"""Rows of a CSV in constant memory, whatever somebody put into the file."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

MOST_LINE_BYTES = 1 << 20
MOST_FIELD_CHARACTERS = 1 << 16
_UTF8_BOM = b"\xef\xbb\xbf"
_OTHER_BOMS = (b"\xff\xfe", b"\xfe\xff")


class Unusable(ValueError):  # noqa: N818 - the file is, the program is not in error
    """The whole file cannot be used; the message is a sentence for the person who gave it."""


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that is no row, and why."""

    why: str


def read_rows(stream: BinaryIO) -> Iterator[tuple[int, list[str] | BadRow]]:
    """The rows with the number of the line each begins on, blank ones left out; a broken one does not end it."""
    lines = _Lines(stream)
    csv.field_size_limit(MOST_FIELD_CHARACTERS)
    reader = csv.reader(lines)
    while True:
        first = lines.count + 1
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield first, BadRow(str(error))
            continue
        if lines.cut:
            lines.cut = False
            yield first, BadRow("the line is longer than 1 MB")
        elif row:
            yield first, row


class _Lines:
    """Decoded lines: UTF-8, else Latin-1 for that line; what is beyond 1 MB of a line is dropped."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self.count = 0
        self.cut = False

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        line = self._stream.readline(MOST_LINE_BYTES)
        if not line:
            raise StopIteration
        if self.count == 0:
            if line.startswith(_OTHER_BOMS):
                raise Unusable("The file is UTF-16. Save it as CSV in UTF-8.")
            line = line.removeprefix(_UTF8_BOM)
        self.count += 1
        if len(line) >= MOST_LINE_BYTES and not line.endswith(b"\n"):
            self._drop_rest()
        try:
            return line.decode()
        except UnicodeDecodeError:
            return line.decode("latin-1")

    def _drop_rest(self) -> None:
        self.cut = True
        while (more := self._stream.readline(MOST_LINE_BYTES)) and not more.endswith(b"\n"):
            pass

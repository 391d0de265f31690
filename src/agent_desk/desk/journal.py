"""What happened at the desk, a JSON line an event: for tests, operators and support, without a word of the business."""

from __future__ import annotations

import hashlib
import json
import traceback
from datetime import UTC, datetime
from pathlib import Path


class Journal:
    """Appends to a file, or says nothing where there is none. Values are states and counts, never names or amounts."""

    def __init__(self, path: Path | None) -> None:
        self._file = None if path is None else path.open("a", encoding="utf-8", buffering=1)

    def __call__(self, event: str, **values: object) -> None:
        if self._file is not None:
            line = {"at": datetime.now(UTC).isoformat(), "event": event, **values}
            self._file.write(json.dumps(line) + "\n")

    def close(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None


class BugReports:
    """Keeps what broke as a numbered file: where in the code and what kind, not the values, which may be personal."""

    def __init__(self, folder: Path, journal: Journal) -> None:
        self._folder = folder
        self._journal = journal

    def record(self, error: BaseException) -> str:
        """The number, four hexadecimal digits; the same for the same bug at the same place."""
        places = traceback.extract_tb(error.__traceback__)
        lines = [f"{place.filename}:{place.lineno} {place.name}" for place in places]
        text = "\n".join([type(error).__qualname__, *lines, ""])
        number = hashlib.sha256(text.encode()).hexdigest()[:4].upper()
        self._folder.mkdir(parents=True, exist_ok=True)
        (self._folder / f"{number}.txt").write_text(text, encoding="utf-8")
        self._journal("bug", number=number, kind=type(error).__qualname__, place=lines[-1] if lines else "")
        return number

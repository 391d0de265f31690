"""Looking for what must be nowhere: in files, in a database, in the memory of a process."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

Secrets = Mapping[str, str]
"""What is looked for, by what it is called."""
_AT_ONCE = 1 << 24


def in_files(folder: Path, secrets: Secrets) -> list[str]:
    """Which file under the folder holds which secret."""
    return [
        f"{name} in {path.relative_to(folder)}"
        for path in sorted(folder.rglob("*"))
        if path.is_file()
        for name in _found(path.read_bytes(), secrets)
    ]


def in_memory(pid: int, secrets: Secrets) -> list[str]:
    """Which secret the process could be made to give away: what it may write to, piece by piece."""
    found = {f"{name} in the memory of {pid}" for piece in _pieces(pid) for name in _found(piece, secrets)}
    return sorted(found)


def _found(data: bytes, secrets: Secrets) -> list[str]:
    # Qt keeps its texts in two bytes a letter
    return [
        name for name, text in secrets.items() if text.encode() in data or text.encode("utf-16-le") in data
    ]  # fmt: skip


def _pieces(pid: int) -> Iterator[bytes]:
    longest = 256
    with Path(f"/proc/{pid}/mem").open("rb", buffering=0) as memory:
        for line in Path(f"/proc/{pid}/maps").read_text().splitlines():
            area = re.match(r"([0-9a-f]+)-([0-9a-f]+) rw", line)
            if area is None or "[vvar]" in line:
                continue
            start, end = int(area[1], 16), int(area[2], 16)
            while start < end:
                try:
                    memory.seek(start)
                    yield memory.read(min(end - start, _AT_ONCE + longest))
                except OSError:
                    # given back meanwhile, or of a device
                    break
                start += _AT_ONCE

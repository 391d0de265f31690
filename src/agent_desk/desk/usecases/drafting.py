"""What is typed and not yet done: kept at every pause, never sent."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from agent_desk.desk.usecases.ports import Reader, Work
from agent_desk.desk.usecases.rows import DraftRow


def save_draft(work: Work, page: str, body: Mapping[str, Any]) -> None:
    """Keeps what a page holds; `body` is JSON."""
    work.keep_draft(page, body)


def find_draft(reader: Reader, page: str) -> DraftRow | None:
    return reader.find_draft(page)


def clear_draft(work: Work, page: str) -> None:
    work.keep_draft(page, None)

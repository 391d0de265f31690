"""Figures as a table that a person reads."""

from __future__ import annotations

from collections.abc import Container, Sequence
from pathlib import Path

from benchmarks.measuring import Figure

HEAD = ("what", "ours", "limit", "ratio", "aim", "met", "the limit is")
_RIGHT = {1, 2, 3}
MARK = "one run"
"""`<!-- one run -->` to `<!-- end of one run -->`: between the two a file keeps what was measured last."""


def table(figures: Sequence[Figure]) -> str:
    """A line a figure, columns aligned."""
    return columns([HEAD, *(_row(figure) for figure in figures)], _RIGHT)


def columns(rows: Sequence[Sequence[str]], right: Container[int]) -> str:
    """The first is the head; those numbers of columns are set to the right."""
    widths = [max(len(row[at]) for row in rows) for at in range(len(rows[0]))]
    lines = [_line(row, widths, right) for row in rows]
    lines.insert(1, "  ".join("-" * width for width in widths))
    return "\n".join(lines)


def keep(file: Path, said: str, mark: str = MARK) -> None:
    """Puts `said` between the markers of a Markdown file; raises ValueError where it has none."""
    first, last = f"<!-- {mark} -->", f"<!-- end of {mark} -->"
    text = file.read_text("utf-8")
    before, begin, rest = text.partition(first)
    _, end, after = rest.partition(last)
    if not begin or not end:
        raise ValueError(f"{file} has no {first} followed by {last}")
    file.write_text(f"{before}{first}\n```text\n{said}\n```\n{last}{after}", "utf-8")


def amount(value: float) -> str:
    """Three digits that count, no more."""
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def _row(figure: Figure) -> tuple[str, ...]:
    met = {True: "yes", False: "NO", None: ""}[figure.is_met]
    return (
        figure.what,
        f"{amount(figure.ours)} {figure.unit}",
        f"{amount(figure.limit)} {figure.unit}",
        amount(figure.ratio),
        "" if figure.aim is None else figure.aim.words(figure.unit),
        met,
        figure.beside,
    )


def _line(row: Sequence[str], widths: Sequence[int], right: Container[int]) -> str:
    cells = (
        cell.rjust(width) if at in right else cell.ljust(width)
        for at, (cell, width) in enumerate(zip(row, widths, strict=True))
    )
    return "  ".join(cells).rstrip()

"""The look every paper shares: type, inks, tables and how a story becomes a file."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from io import BytesIO
from typing import Any, Literal
from xml.sax.saxutils import escape

from reportlab.graphics.barcode.code128 import Code128
from reportlab.lib.colors import HexColor
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.platypus import BaseDocTemplate, Flowable, Frame, PageTemplate, Paragraph, Table

from agent_desk.resources import resource_path

INK, INK_2, INK_3 = HexColor("#131C2C"), HexColor("#414D63"), HexColor("#576279")
ACCENT, BRAND, GOOD, BAD = HexColor("#1B4F9C"), HexColor("#F5B82E"), HexColor("#12653A"), HexColor("#A81E1E")
RAIL, LINE, FAINT, SUNKEN = HexColor("#0F1D33"), HexColor("#D4DBE5"), HexColor("#E4E9F0"), HexColor("#F1F4F8")

Look = Literal["body", "small", "strong", "section", "title", "money", "total", "good", "bad", "inverse"]
Side = Literal["left", "right", "center"]
_ALIGNMENT = {"left": 0, "center": 1, "right": 2}
_LOOKS: dict[str, tuple[str, float, Any]] = {
    "body": ("Inter", 8.5, INK),
    "small": ("Inter", 7, INK_3),
    "strong": ("Inter-SemiBold", 8.5, INK),
    "section": ("Inter-SemiBold", 10, INK),
    "title": ("InterDisplay-SemiBold", 18, INK),
    "money": ("Inter-SemiBold", 11, INK),
    "total": ("InterDisplay-SemiBold", 17, INK),
    "good": ("Inter-SemiBold", 8.5, GOOD),
    "bad": ("Inter-SemiBold", 7.5, BAD),
    "inverse": ("Inter-SemiBold", 9, HexColor("#FFFFFF")),
}


@cache
def _register_fonts() -> None:
    for name in ("Inter-Regular", "Inter-SemiBold", "InterDisplay-SemiBold"):
        registered = "Inter" if name == "Inter-Regular" else name
        pdfmetrics.registerFont(TTFont(registered, str(resource_path(f"fonts/{name}.ttf"))))


@cache
def _style(look: Look, side: Side) -> ParagraphStyle:
    _register_fonts()
    font, size, ink = _LOOKS[look]
    return ParagraphStyle(
        f"{look}-{side}",
        fontName=font,
        fontSize=size,
        leading=size * 1.35,
        textColor=ink,
        alignment=_ALIGNMENT[side],
        splitLongWords=True,
    )


def text(words: str, look: Look = "body", side: Side = "left") -> Paragraph:
    """The words exactly as typed, wrapped where they must be; marks of a markup are only characters."""
    shown = "".join(char if char.isprintable() else " " for char in words)
    return Paragraph(escape(shown), _style(look, side))


def table(rows: Sequence[Sequence[object]], widths: Sequence[float], *extra: tuple[object, ...]) -> Table:
    """A table without lines or padding to speak of; `extra` are further reportlab style commands."""
    style = [
        ("LEFTPADDING", (0, 0), (-1, -1), 0),
        ("RIGHTPADDING", (0, 0), (-1, -1), 0),
        ("TOPPADDING", (0, 0), (-1, -1), 1.5),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 1.5),
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        *extra,
    ]
    return Table([list(row) for row in rows], colWidths=list(widths), style=style)


def rule(width: float, above: float = 5, below: float = 5) -> Table:
    """A hair line across."""
    lines = [("LINEABOVE", (0, 0), (-1, -1), 0.6, LINE), ("TOPPADDING", (0, 0), (-1, -1), 0)]
    drawn = Table([[""]], colWidths=[width], rowHeights=[below], style=lines)
    drawn.spaceBefore = above
    return drawn


def band(width: float) -> Table:
    """The house's stripe at the head of a sheet."""
    inks = [("BACKGROUND", (0, 0), (0, 0), BRAND), ("BACKGROUND", (1, 0), (1, 0), RAIL)]
    return Table([["", ""]], colWidths=[width * 0.08, width * 0.92], rowHeights=[4], style=inks)


def barcode(number: str, width: float, height: float) -> Code128 | None:
    """Code 128 of a number, at most so wide with its quiet zones; None for what the code cannot say."""
    if not number or not number.isascii() or not number.isprintable():
        return None
    wanted = Code128(number, barWidth=1, barHeight=height, quiet=False)
    bar = min(1.0, width / (wanted.width + 20))
    return Code128(number, barWidth=bar, barHeight=height, lquiet=10 * bar, rquiet=10 * bar)


def build(story: list[Flowable], page: tuple[float, float], margin: float, title: str, footer: str = "") -> bytes:
    """The story as a PDF whose bytes depend on nothing else, so that a reprint is the same file."""
    held = BytesIO()
    document = BaseDocTemplate(held, pagesize=page, title=title, author="Agent Desk", invariant=1)
    frame = Frame(
        margin, margin, page[0] - 2 * margin, page[1] - 2 * margin,
        leftPadding=0, rightPadding=0, topPadding=0, bottomPadding=0,
    )  # fmt: skip

    def sign(canvas: Any, _: Any) -> None:
        if footer:
            canvas.setFont("Inter", 7)
            canvas.setFillColor(INK_3)
            canvas.drawString(margin, margin / 2, footer)
            canvas.drawRightString(page[0] - margin, margin / 2, f"Page {canvas.getPageNumber()}")

    document.addPageTemplates([PageTemplate(frames=[frame], onPage=sign)])
    document.build(story)
    return held.getvalue()

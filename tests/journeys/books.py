"""What the papers of a desk say."""

from __future__ import annotations

from pathlib import Path

import pypdfium2
import zxingcpp


def receipts(papers: Path) -> dict[str, str]:
    """The order number that the barcode of each receipt in a folder reads, by receipt number."""
    found = {}
    for path in sorted(papers.glob("receipt-*.pdf")):
        codes = barcodes(path)
        assert len(codes) == 1, f"{path.name} shows {codes}."
        found[path.stem.removeprefix("receipt-")] = codes[0]
    return found


def barcodes(path: Path) -> list[str]:
    """What a scanner reads on a PDF."""
    with pypdfium2.PdfDocument(path) as document:
        pictures = [page.render(scale=3).to_pil() for page in document]
    return [code.text for picture in pictures for code in zxingcpp.read_barcodes(picture)]


def words(path: Path) -> str:
    """What stands on a PDF."""
    with pypdfium2.PdfDocument(path) as document:
        return "\n".join(page.get_textpage().get_text_range() for page in document)

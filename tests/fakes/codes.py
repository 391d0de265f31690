"""Reading a code off the screen, as a phone does."""

from __future__ import annotations

from io import BytesIO

import zxingcpp
from PIL import Image
from PySide6.QtCore import QBuffer, QIODevice
from PySide6.QtWidgets import QWidget


def read_code(widget: QWidget) -> str | None:
    """The text of the QR code that is seen there; None where a phone finds none."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    widget.grab().save(buffer, "PNG")
    found = zxingcpp.read_barcodes(Image.open(BytesIO(buffer.data().data())))
    return found[0].text if found else None

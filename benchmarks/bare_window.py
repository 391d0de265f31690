"""The least that a PySide6 program can do: an empty window of the desk's size, shown and painted, and logged."""

import sys
from datetime import UTC, datetime
from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QApplication, QWidget


class Bare(QWidget):
    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        # the loop turns once more before the paint is on the screen
        QTimer.singleShot(0, say_shown)


def say_shown() -> None:
    with Path(sys.argv[1]).open("a", encoding="utf-8") as log:
        log.write(f'{{"event": "shown", "at": "{datetime.now(UTC).isoformat()}"}}\n')


def main() -> int:
    app = QApplication(sys.argv)
    window = Bare()
    window.resize(1366, 768)
    window.show()
    return app.exec()


if __name__ == "__main__":
    sys.exit(main())

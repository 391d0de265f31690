"""A part of the window that scrolls and lets the ground beneath it show through."""

from PySide6.QtWidgets import QFrame, QScrollArea, QWidget


class ClearScrollArea(QScrollArea):
    """Without a frame; its content is as wide as it is."""

    def __init__(self) -> None:
        super().__init__()
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        # Qt's own viewport is of a class the binding does not know: asked for it, it first makes every class it has
        self.ground = QWidget()
        self.setViewport(self.ground)
        self.ground.setAutoFillBackground(False)

    def setWidget(self, widget: QWidget) -> None:
        super().setWidget(widget)
        widget.setAutoFillBackground(False)  # setting it turned this on

"""The head of the Cart page, where it also asks: a name to hold under, a yes or a no."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QWidget

from agent_desk.desk.ui.keys import caption
from agent_desk.desk.ui.pages.cart.sale import SaleView
from agent_desk.desk.ui.parts.asking import Asking, Question
from agent_desk.desk.ui.parts.button import ActionButton
from agent_desk.desk.ui.parts.card import across
from agent_desk.desk.ui.parts.chip import Chip
from agent_desk.desk.ui.parts.text import Text


class CartHead(QWidget):
    """Title, number, customer; at the right what can be done with the whole cart, or a question."""

    hold_asked = Signal()
    recall_asked = Signal()
    clear_asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setFixedHeight(32)
        self._title = Text("Cart", "title")
        self._number = Text("", "code", "text_2")
        self._customer = Chip("Walk-in", "user", "outline")
        self.asking = Asking()
        self.hold = ActionButton("Hold", key=caption("cart", "hold"), icon="pause", height=32)
        self.recall = ActionButton("Recall", key=caption("cart", "recall"), icon="play", height=32)
        self.clear = ActionButton("Clear", key=caption("cart", "clear"), icon="eraser", height=32)
        self.hold.clicked.connect(self.hold_asked)
        self.recall.clicked.connect(self.recall_asked)
        self.clear.clicked.connect(self.clear_asked)
        buttons = QWidget()
        buttons.setLayout(across(None, self.hold, self.recall, self.clear, spacing=10))
        self._right = QStackedWidget()
        self._right.addWidget(buttons)
        self._right.addWidget(self.asking)
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(12)
        line.addWidget(self._title)
        line.addWidget(self._number)
        line.addWidget(self._customer)
        line.addWidget(self._right, 1)
        self.asking.done.connect(lambda: self._right.setCurrentIndex(0))

    def ask(self, question: Question) -> None:
        """Asks in place of the buttons."""
        self._right.setCurrentIndex(1)
        self.asking.ask(question)

    def put(self, sale: SaleView) -> None:
        self._title.setText("Checkout" if sale.locked else "Cart")
        self._number.setText(sale.number)
        self._number.setVisible(bool(sale.number))
        self._customer.show_state(sale.customer_name[:40] or "Walk-in", "user", "outline")
        self._customer.setVisible(bool(sale.lines))

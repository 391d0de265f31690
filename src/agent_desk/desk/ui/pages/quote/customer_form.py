"""A new customer in three fields, with those who may be the same person."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from agent_desk.desk.ui.parts.button import ActionButton
from agent_desk.desk.ui.parts.card import Card, across
from agent_desk.desk.ui.parts.field import Field, FieldState
from agent_desk.desk.ui.parts.text import Text, plain_tip
from agent_desk.domain.customers import Likeness
from agent_desk.domain.people import Customer
from agent_desk.domain.refusal import Refusal

MOST_LIKELY = 3
LONGEST_NAME = 18
_FIELDS = {"full_name": "name", "phone": "phone", "email": "email"}


class CustomerForm(Card):
    """Lies over the page under the customer's card.

    Emits `edited()` while one types, `added()` on Enter, `picked(id)` for somebody who is here already, `left()`.
    """

    edited = Signal()
    added = Signal()
    picked = Signal(str)
    left = Signal()

    def __init__(self, over: QWidget) -> None:
        super().__init__((12, 10, 12, 12), 6, name="New customer")
        self.setParent(over)
        self.setProperty("floats", True)
        self.set_edge("border_strong")
        self.customer: Customer | None = None
        """Who is being changed; None while adding."""
        self._title = Text("New customer", "section")
        self.name = Field("Name")
        self.phone = Field("Phone", hint="+592 600 0000")
        self.email = Field("E-mail")
        self.body.addWidget(self._title)
        for field, most in zip(self.fields(), (200, 40, 255), strict=True):
            field.entry.setMaxLength(most)
            field.edited.connect(lambda _text: self.edited.emit())
            field.entered.connect(self.added)
            self.body.addWidget(field)
        self._same = Text("May be the same person", "label", "warn")
        self.body.addWidget(self._same)
        self._list = QVBoxLayout()
        self._list.setSpacing(4)
        self.body.addLayout(self._list)
        self.body.addSpacing(4)
        self._save = ActionButton("Add", "primary", key="Enter", height=32)
        self._save.clicked.connect(self.added)
        cancel = ActionButton("Cancel", key="Esc", height=32)
        cancel.clicked.connect(self.close_form)
        self.body.addLayout(across(cancel, None, self._save))
        self.hide()

    def fields(self) -> tuple[Field, Field, Field]:
        return (self.name, self.phone, self.email)

    def open_for(self, name: str, customer: Customer | None, below: QPoint) -> None:
        """Opens at `below`, in the page's px, with a name to add or a customer to change."""
        self.customer = customer
        self._title.setText("New customer" if customer is None else "Change customer")
        self._save.set_words("Add" if customer is None else "Save")
        phone, email = ("", "") if customer is None else (customer.phone, customer.email)
        if customer is None and name.strip("+0123456789 -()") == "" and name:
            name, phone = "", name
        elif customer is None and "@" in name:
            name, email = "", name
        for field, text in zip(self.fields(), (name, phone, email), strict=True):
            field.put(text)
            field.set_state("")
        self.suggest(())
        self.move(below)
        self.show()
        self._fit()
        self.raise_()
        empty = next((field for field in self.fields() if not field.text()), self.name)
        empty.entry.setFocus(Qt.FocusReason.OtherFocusReason)

    def suggest(self, likely: Sequence[Likeness]) -> None:
        """CTR-1: shows who may be the same, before anybody is added."""
        while (taken := self._list.takeAt(0)) is not None:
            widget = taken.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        self._same.setVisible(bool(likely))
        for one in likely[:MOST_LIKELY]:
            name = one.customer.name
            words = name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 1].rstrip()}."
            button = ActionButton(f"{words}, {one.by[0]}", "tonal", icon="user", height=28)
            button.setToolTip(plain_tip(f"{name}, {one.customer.number}: {', '.join(one.by)}"))
            button.clicked.connect(partial(self.picked.emit, str(one.customer.id)))
            self._list.addWidget(button)
            button.show()  # at once, so that the form is tall enough for it
        self._fit()

    def refuse(self, refusals: Sequence[Refusal]) -> None:
        """Shows each refusal in its field and puts the cursor into the first."""
        by_field = {_FIELDS.get(one.field, "name"): one for one in reversed(refusals)}
        for key, field in zip(("name", "phone", "email"), self.fields(), strict=True):
            one = by_field.get(key)
            state: FieldState = "" if one is None else "error"
            field.set_state(state, "" if one is None else one.message)
        first = next((f for k, f in zip(("name", "phone", "email"), self.fields(), strict=True) if k in by_field), None)
        if first is not None:
            first.entry.setFocus(Qt.FocusReason.OtherFocusReason)
        self._fit()

    def close_form(self) -> None:
        self.hide()
        self.left.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.close_form()
            return
        super().keyPressEvent(event)

    def _fit(self) -> None:
        self.body.invalidate()
        self.body.activate()
        self.resize(276, self.body.totalSizeHint().height())

"""USD large, GYD under it."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from agent_desk.desk.ui.fonts import FontRole
from agent_desk.desk.ui.parts.text import Text


class MoneyPair(QWidget):
    """An amount in USD over the same in GYD, right aligned; read as one phrase.

    Both come as words (`USD 1,059.21`, `GYD 221,375`): a part never computes money.
    """

    def __init__(
        self,
        usd: str = "",
        gyd: str = "",
        role: FontRole = "money_m",
        under: FontRole = "caption",
        *,
        left: bool = False,
    ) -> None:
        super().__init__()
        align = Qt.AlignmentFlag.AlignLeft if left else Qt.AlignmentFlag.AlignRight
        self._usd = Text(role=role, align=align)
        self._gyd = Text(role=under, tone="text_2", align=align)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addWidget(self._usd)
        column.addWidget(self._gyd)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.put(usd, gyd)

    def put(self, usd: str, gyd: str, tone: str = "text") -> None:
        """Shows other amounts; an empty second one is hidden."""
        self._usd.setText(usd)
        self._usd.set_tone(tone)
        self._gyd.setText(gyd)
        self._gyd.setVisible(bool(gyd))
        self.setAccessibleName(f"{usd}, {gyd}" if gyd else usd)

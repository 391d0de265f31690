"""What a screen reader is told: role, name, state."""

import pytest
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QRadioButton, QWidget
from pytestqt.qtbot import QtBot

from agent_desk.desk.ui.parts.button import ActionButton, IconButton
from agent_desk.desk.ui.parts.chip import Chip, FilterChip
from agent_desk.desk.ui.parts.choice import Choice
from agent_desk.desk.ui.parts.field import UnitField
from agent_desk.desk.ui.parts.meter import Meter
from agent_desk.desk.ui.parts.switch import Switch, Tick
from agent_desk.desk.ui.parts.text import Text
from agent_desk.desk.ui.parts.tiles import ServiceCard, ServiceOffer, TenderTile

pytestmark = pytest.mark.usefixtures("app")

Role = QAccessible.Role


def told(widget: QWidget) -> tuple[QAccessible.Role, str]:
    interface = QAccessible.queryAccessibleInterface(widget)
    assert interface is not None
    return interface.role(), interface.text(QAccessible.Text.Name)


@pytest.mark.parametrize(
    ("make", "role", "name"),
    [
        (lambda: Text("Route"), Role.StaticText, "Route"),
        (lambda: Chip("Offline", "wifi-off", "warn"), Role.StaticText, "Offline"),
        (lambda: ActionButton("Save", key="F8"), Role.Button, "Save, key F8"),
        (lambda: IconButton("x", "Close"), Role.Button, "Close"),
        (lambda: Tick("Insure for 2 %", checked=True), Role.CheckBox, "Insure for 2 %"),
        (lambda: FilterChip("Held", 7), Role.CheckBox, "Held, 7"),
        (lambda: Meter(0.5, "Length, 60 inches left"), Role.ProgressBar, "Length, 60 inches left"),
        (
            lambda: ServiceCard(ServiceOffer("o", "ship", "Ocean", "21 to 28 days", "USD 9.00", "GYD 1,881")),
            Role.RadioButton,
            "Ocean, 21 to 28 days, USD 9.00, GYD 1,881",
        ),
        (lambda: TenderTile("banknote", "Cash USD", "drawer 1", "F5"), Role.CheckBox, "Cash USD, drawer 1, key F5"),
    ],
)
def test_a_part_tells_its_role_and_name(make: object, role: QAccessible.Role, name: str, qtbot: QtBot) -> None:
    assert callable(make)
    part = make()
    qtbot.addWidget(part)
    assert told(part) == (role, name)


def test_a_field_tells_its_label_and_unit(qtbot: QtBot) -> None:
    field = UnitField("Weight", "46.5", unit="lb")
    qtbot.addWidget(field)
    assert told(field.entry) == (Role.EditableText, "Weight, in lb")


def test_a_choice_tells_its_label(qtbot: QtBot) -> None:
    choice = Choice("Type", [("h", "Household")], "h")
    qtbot.addWidget(choice)
    interface = QAccessible.queryAccessibleInterface(choice.box)
    assert interface is not None
    assert told(choice.box)[0] == Role.ComboBox
    assert interface.text(QAccessible.Text.Description) == "Type"


def test_the_segment_that_is_on_is_told_as_chosen(qtbot: QtBot) -> None:
    switch = Switch([("lb", "lb, in"), ("kg", "kg, cm")], "kg", says="Units")
    qtbot.addWidget(switch)
    states = {}
    for segment in switch.findChildren(QRadioButton):
        interface = QAccessible.queryAccessibleInterface(segment)
        assert interface is not None
        states[interface.text(QAccessible.Text.Name)] = bool(interface.state().checked)
    assert states == {"lb, in": False, "kg, cm": True}

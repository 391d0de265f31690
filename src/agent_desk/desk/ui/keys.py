"""Every key of the desk in one table: it makes the shortcuts, the key caps, the overlay and the documentation."""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget

EVERYWHERE = "everywhere"
ALWAYS = frozenset({"lock"})
"""Works under a dialog, too."""


@dataclass(frozen=True, slots=True)
class Key:
    """A key of an area (`everywhere` or a page) and what it does."""

    area: str
    action: str
    sequence: str
    does: str

    @property
    def caption(self) -> str:
        """As written on a key cap: `Ctrl K`."""
        return caption_of(self.sequence)

    def is_in(self, event: QKeyEvent) -> bool:
        """Whether that press is this key alone, on the main block or the number block."""
        name = QKeySequence(event.key()).toString()
        return name == self.sequence or (name == "Return" and self.sequence == "Enter")


def caption_of(sequence: str) -> str:
    """`Ctrl+K` as `Ctrl K`; a lone plus stays."""
    return sequence if sequence == "+" else sequence.replace("+", " ")


_TABLE: dict[str, tuple[tuple[str, str, str], ...]] = {
    EVERYWHERE: (
        ("help", "F1", "Show the keys of this page"),
        ("search", "Ctrl+K", "Search, commands"),
        *((f"page_{digit}", f"Ctrl+{digit}", f"Open page {digit} of the rail") for digit in range(1, 9)),
        ("next_area", "Ctrl+Tab", "Next area of the page"),
        ("undo", "Ctrl+Z", "Undo what a notice offers to undo"),
        ("lock", "F11", "Lock the desk"),
        ("close", "Esc", "Close what is on top, leave a field"),
    ),
    "quote": (
        ("customer", "F2", "Customer"),
        ("add_piece", "F4", "Add a piece"),
        ("units", "F6", "Pounds or kilograms"),
        ("settle", "F7", "Next thing to settle"),
        ("save", "F8", "Save the quote"),
        ("to_cart", "F9", "Put it into the cart"),
        ("pdf", "F10", "The quote as a PDF"),
        ("service_1", "Alt+1", "First service"),
        ("service_2", "Alt+2", "Second service"),
        ("service_3", "Alt+3", "Third service"),
        ("clear", "Ctrl+Del", "Clear"),
        ("next_cell", "Enter", "Next field, at the end a new piece"),
    ),
    "cart": (
        ("add", "F3", "Add a line"),
        ("more", "+", "One more of the line"),
        ("fewer", "-", "One fewer of the line"),
        ("take_out", "Del", "Take the line out"),
        ("keep_yours", "Alt+K", "Keep your quantity where another desk changed it"),
        ("hold", "Ctrl+H", "Hold the cart"),
        ("recall", "Ctrl+L", "Recall a held cart"),
        ("cash_usd", "F5", "Cash in USD"),
        ("cash_gyd", "F6", "Cash in GYD"),
        ("card", "F7", "Card"),
        ("mmg", "F8", "MMG"),
        ("print", "F10", "Print the receipt"),
        ("renew", "Ctrl+R", "Renew the lock"),
        ("clear", "Ctrl+Del", "Clear"),
        ("commit", "F12", "Check out, or take the money"),
        ("release", "Esc", "Release the lock"),
    ),
    "measure": (
        ("damaged", "F8", "Damaged"),
        ("no", "N", "Answer no, nothing dangerous"),
        ("yes", "Y", "Answer yes, dangerous"),
        ("record", "Enter", "Next field, then record"),
    ),
    "orders": (
        ("find", "F3", "Search the orders"),
        ("refresh", "F5", "Try now"),
        ("open", "Enter", "Open the order"),
        ("refund", "F7", "Give money back"),
        ("main", "F8", "Main action of the order"),
    ),
    "sync": (
        ("try_now", "F5", "Try now"),
        ("first_fix", "F6", "First way out of the focused refusal"),
        ("second_fix", "F7", "Second way out of the focused refusal"),
        ("save_file", "F8", "Save what waits here to a file"),
        ("take_in", "F9", "Take in a file of another desk"),
    ),
    "till": (
        ("usd", "F5", "Count the US dollars"),
        ("gyd", "F6", "Count the Guyana dollars"),
        ("next_note", "Enter", "Next note"),
        ("recount", "F7", "Count once more"),
        ("report", "F10", "The report as a PDF"),
        ("commit", "F12", "Open, commit the count, or close"),
    ),
}

KEYS: tuple[Key, ...] = tuple(
    Key(area, action, sequence, does) for area, rows in _TABLE.items() for action, sequence, does in rows
)

_BY_NAME = {(key.area, key.action): key for key in KEYS}


def key_for(area: str, action: str) -> Key:
    """The key of an action; raises KeyError for one that has none."""
    return _BY_NAME[area, action]


def caption(area: str, action: str) -> str:
    """What stands on the key cap of an action."""
    return key_for(area, action).caption


class Keys(QObject):
    """The shortcuts of a window: those of the area in front and of everywhere work, under a dialog only `ALWAYS`."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._area = EVERYWHERE
        self._blocked = False
        self._bound: dict[Key, QShortcut] = {}
        self._taken: set[Key] = set()
        self._escapes: dict[str, Callable[[], bool]] = {}

    def bind(self, area: str, action: str, act: Callable[[], object]) -> Key:
        """Makes the key of an action do `act`; raises KeyError where the table has none, ValueError the second time."""
        key = key_for(area, action)
        if key in self._bound:
            raise ValueError(f"{area} {action} is bound already.")
        shortcut = QShortcut(self._window)
        both = ("Return", "Enter") if key.sequence == "Enter" else (key.sequence,)  # the main and the number block
        shortcut.setKeys([QKeySequence(one) for one in both])
        shortcut.setContext(Qt.ShortcutContext.WindowShortcut)
        shortcut.setAutoRepeat(False)
        shortcut.activated.connect(lambda: act())  # noqa: PLW0108 - an overridden slot is called as overridden
        self._bound[key] = shortcut
        self._apply()
        return key

    def take(self, area: str, *actions: str) -> None:
        """Says that a part of the area takes these keys itself, where they fall; they are shown like the others."""
        self._taken.update(key_for(area, action) for action in actions)

    def on_escape(self, area: str, action: str, act: Callable[[], bool]) -> None:
        """`Esc` is the last thing an area is asked about: `act` says whether it had a use for it."""
        self.take(area, action)
        self._escapes[area] = act

    def escape(self) -> bool:
        """No layer took `Esc`: whether the area in front did."""
        act = self._escapes.get(self._area)
        return act is not None and not self._blocked and act()

    def enter(self, area: str) -> None:
        """Another area is in front."""
        self._area = area
        self._apply()

    def block(self, blocked: bool) -> None:
        """Whether a layer lies over the window, so that no key reaches what is below."""
        self._blocked = blocked
        self._apply()

    @property
    def is_blocked(self) -> bool:
        """Whether a layer lies over the window."""
        return self._blocked

    def in_front(self) -> list[Key]:
        """The keys that work now: those of the page first."""
        bound = [key for key in KEYS if key in self._bound or key in self._taken]
        return [key for area in (self._area, EVERYWHERE) for key in bound if key.area == area]

    def _apply(self) -> None:
        taken = {key.sequence for key in self._bound if key.area == self._area}
        for key, shortcut in self._bound.items():
            here = key.area == self._area or (key.area == EVERYWHERE and key.sequence not in taken)
            shortcut.setEnabled(here and (not self._blocked or key.action in ALWAYS))

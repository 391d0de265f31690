"""Puts a theme on the application: palette, the one style sheet, font."""

from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication, QToolTip

from agent_desk.desk.ui.fonts import font, load_fonts
from agent_desk.desk.ui.theme import LIGHT, Theme

_PROPERTY = "desk_theme"

_SHEET = """
QLabel { color: %(text)s; background: transparent; }
QLabel[tone="text_2"] { color: %(text_2)s; }
QLabel[tone="text_3"] { color: %(text_3)s; }
QLabel[tone="accent"] { color: %(accent)s; }
QLabel[tone="on_accent"] { color: %(on_accent)s; }
QLabel[tone="ok"] { color: %(ok)s; }
QLabel[tone="warn"] { color: %(warn)s; }
QLabel[tone="danger"] { color: %(danger)s; }
QLabel[tone="mgr"] { color: %(mgr)s; }
QLineEdit, QPlainTextEdit { color: %(text)s; background: %(input)s; border: 1px solid %(border_strong)s;
    border-radius: 6px; padding: 0 8px; selection-background-color: %(accent_fill)s;
    selection-color: %(on_accent)s; placeholder-text-color: %(text_3)s; }
QLineEdit:focus, QPlainTextEdit:focus { border: 2px solid %(focus)s; padding: 0 7px; }
QLineEdit[state="error"] { background: %(danger_soft)s; border: 2px solid %(danger)s; padding: 0 7px; }
QLineEdit[state="warn"] { background: %(warn_soft)s; border: 2px solid %(warn_mark)s; padding: 0 7px; }
QLineEdit[state="error"]:focus, QLineEdit[state="warn"]:focus { border: 2px solid %(focus)s; }
QLineEdit[state="locked"] { background: %(sunken)s; border: 1px solid %(border)s; color: %(text_2)s; }
QLineEdit[state="locked"]:focus { border: 2px solid %(focus)s; }
QLineEdit[bare="true"], QLineEdit[bare="true"]:focus { background: transparent; border: none; padding: 0; }
QComboBox QAbstractItemView { color: %(text)s; background: %(surface)s; border: 1px solid %(border_strong)s;
    selection-background-color: %(accent_soft)s; selection-color: %(text)s; outline: 0; padding: 4px; }
QComboBox QAbstractItemView::item { min-height: 28px; padding: 0 6px; }
QAbstractScrollArea { background: transparent; border: none; }
QTableView, QListView { color: %(text)s; background: transparent; border: none; outline: 0;
    selection-background-color: %(accent_soft)s; selection-color: %(text)s; }
QHeaderView { background: transparent; border: none; }
QHeaderView::section { color: %(text_2)s; background: transparent; border: none;
    border-bottom: 1px solid %(divider)s; padding: 0 8px;
    font-size: 12px; font-weight: 500; }
QHeaderView::section:first { padding-left: 12px; }
QTableCornerButton::section { background: %(surface)s; border: none; }
QScrollBar:vertical { background: transparent; width: 10px; margin: 2px; }
QScrollBar:horizontal { background: transparent; height: 10px; margin: 2px; }
QScrollBar::handle { background: %(border_strong)s; border-radius: 3px; min-height: 28px; min-width: 28px; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
QToolTip { color: %(text)s; background: %(surface)s; border: 1px solid %(border_strong)s; padding: 4px 6px; }
"""


def worn() -> Theme:
    """The theme the application wears; light where none was put on."""
    app = QApplication.instance()
    theme = app.property(_PROPERTY) if app is not None else None
    return theme if isinstance(theme, Theme) else LIGHT


def dress(app: QApplication, theme: Theme) -> None:
    """Puts `theme` on `app`; what is shown already is drawn again."""
    first = app.property(_PROPERTY) is None
    app.setProperty(_PROPERTY, theme)
    if first:
        load_fonts()
        app.setStyle("Fusion")
        app.setFont(font("body"))
        QToolTip.setFont(font("label"))
    app.setPalette(palette_of(theme))
    app.setStyleSheet(sheet_of(theme))


def sheet_of(theme: Theme) -> str:
    """The one style sheet, filled with the colours of `theme`."""
    return _SHEET % {role: theme.role(role) for role in type(theme).__dataclass_fields__}


def palette_of(theme: Theme) -> QPalette:
    """The palette for everything the style sheet does not name."""
    roles = {
        QPalette.ColorRole.Window: theme.bg,
        QPalette.ColorRole.WindowText: theme.text,
        QPalette.ColorRole.Base: theme.input,
        QPalette.ColorRole.AlternateBase: theme.hover,
        QPalette.ColorRole.Text: theme.text,
        QPalette.ColorRole.PlaceholderText: theme.text_3,
        QPalette.ColorRole.Button: theme.surface,
        QPalette.ColorRole.ButtonText: theme.text,
        QPalette.ColorRole.Highlight: theme.accent_fill,
        QPalette.ColorRole.HighlightedText: theme.on_accent,
        QPalette.ColorRole.ToolTipBase: theme.surface,
        QPalette.ColorRole.ToolTipText: theme.text,
        QPalette.ColorRole.Link: theme.accent,
        QPalette.ColorRole.Mid: theme.border,
    }
    palette = QPalette()
    for role, colour in roles.items():
        palette.setColor(role, QColor(colour))
    return palette

"""The window without a screen."""

import os

os.environ["QT_QPA_PLATFORM"] = "offscreen"

import pytest
from PySide6.QtWidgets import QApplication

from agent_desk.desk.ui.dress import dress
from agent_desk.desk.ui.theme import DARK, LIGHT, Theme


@pytest.fixture
def app(qapp: QApplication) -> QApplication:
    dress(qapp, LIGHT)
    return qapp


@pytest.fixture(params=[LIGHT, DARK], ids=lambda theme: str(theme.name))
def themed(request: pytest.FixtureRequest, qapp: QApplication) -> Theme:
    theme: Theme = request.param
    dress(qapp, theme)
    return theme

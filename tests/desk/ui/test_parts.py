"""The parts: what they say, what they emit, when they refuse."""

from datetime import UTC, datetime, timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QRadioButton, QWidget
from pytestqt.qtbot import QtBot

from agent_desk.desk.ui.gallery import refusals
from agent_desk.desk.ui.parts.button import ActionButton
from agent_desk.desk.ui.parts.chip import AgeChip, Chip, counted_severity
from agent_desk.desk.ui.parts.choice import Choice
from agent_desk.desk.ui.parts.field import Entry, Field, UnitField
from agent_desk.desk.ui.parts.lock import Countdown
from agent_desk.desk.ui.parts.meter import MeterRow
from agent_desk.desk.ui.parts.money import MoneyPair
from agent_desk.desk.ui.parts.notices import AT_MOST, Notice, Notices
from agent_desk.desk.ui.parts.qr import QrCode
from agent_desk.desk.ui.parts.refusals import RefusalList
from agent_desk.desk.ui.parts.switch import Switch
from agent_desk.desk.ui.parts.text import Text
from agent_desk.desk.ui.parts.tiles import ServiceCard, ServiceOffer, TenderTile
from agent_desk.desk.ui.parts.topbar import ConnectionPill, connection_chip
from tests.fakes.codes import read_code

pytestmark = pytest.mark.usefixtures("app")

NOW = datetime(2026, 11, 22, 10, 18, tzinfo=UTC)


def test_a_button_that_cannot_be_pressed_now_says_why_and_keeps_the_focus(qtbot: QtBot) -> None:
    button = ActionButton("Save", "primary", key="F8")
    qtbot.addWidget(button)
    button.show()
    pressed: list[bool] = []
    whys: list[str] = []
    button.clicked.connect(lambda: pressed.append(True))
    button.refused.connect(whys.append)
    button.set_not_now("Nothing was changed")
    button.click()
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    QTest.keyClick(button, Qt.Key.Key_Space)
    QTest.keyClick(button, Qt.Key.Key_Return)
    assert (pressed, whys) == ([], ["Nothing was changed"] * 4)
    assert button.isEnabled()
    assert button.focusPolicy() & Qt.FocusPolicy.TabFocus
    assert "Nothing was changed" in button.accessibleDescription()
    button.set_not_now("")
    QTest.keyClick(button, Qt.Key.Key_Return)
    assert pressed == [True]


def test_a_busy_button_takes_no_second_press_and_keeps_its_width(qtbot: QtBot) -> None:
    button = ActionButton("Save", key="F8")
    qtbot.addWidget(button)
    wide = button.sizeHint().width()
    pressed: list[bool] = []
    button.clicked.connect(lambda: pressed.append(True))
    button.set_busy("Saving")
    button.click()
    assert pressed == []
    assert button.sizeHint().width() == wide
    button.set_busy("")
    button.click()
    assert pressed == [True]


def test_a_button_reads_its_key(qtbot: QtBot) -> None:
    button = ActionButton("Save quote", key="F8")
    qtbot.addWidget(button)
    assert button.accessibleName() == "Save quote, key F8"


def test_a_chip_reads_as_one_phrase(qtbot: QtBot) -> None:
    chip = Chip("Blocks", "circle-x", "danger", says="Blocks, piece 3, length, 6 inches over")
    qtbot.addWidget(chip)
    assert chip.accessibleName() == "Blocks, piece 3, length, 6 inches over"


def test_severities_are_counted_in_words() -> None:
    assert [counted_severity("blocks", 1), counted_severity("blocks", 2)] == ["1 blocks", "2 block"]
    assert counted_severity("needs_manager", 2) == "2 need manager"


def test_an_age_chip_turns_amber_with_the_age_past_its_rule(qtbot: QtBot) -> None:
    now = [NOW]
    chip = AgeChip(NOW - timedelta(minutes=40), timedelta(hours=1), lambda: now[0])
    qtbot.addWidget(chip)
    assert (chip.spec.words, chip.spec.tone, chip.is_stale()) == ("as of 05:38", "plain", False)
    now[0] += timedelta(minutes=47)
    chip.reword()
    assert (chip.spec.words, chip.spec.icon, chip.spec.tone) == ("as of 05:38, 1 h 27", "triangle-alert", "warn")
    chip.set_as_of(now[0])
    assert chip.spec.tone == "plain"


def test_a_field_set_from_code_shows_the_start_of_its_text(qtbot: QtBot) -> None:
    entry = Entry(says="How to find it")
    qtbot.addWidget(entry)
    entry.put("Public Road, the yellow house by the koker, second gate after the bridge")
    assert entry.cursorPosition() == 0


def test_a_field_tells_its_error_in_words_with_an_icon(qtbot: QtBot) -> None:
    field = UnitField("Weight", "212.0", unit="lb")
    qtbot.addWidget(field)
    field.show()
    field.set_state("error", "12 lb over")
    assert field.entry.accessibleDescription() == "12 lb over"
    assert [text.words() for text in field.findChildren(Text) if text.isVisible()] == ["Weight", "12 lb over"]
    field.set_state("")
    assert [text.words() for text in field.findChildren(Text) if text.isVisible()] == ["Weight"]


def test_a_locked_field_cannot_be_typed_into(qtbot: QtBot) -> None:
    field = Field("Reference", "A1")
    qtbot.addWidget(field)
    field.set_state("locked", "Set by central")
    QTest.keyClicks(field.entry, "xyz")
    assert field.text() == "A1"


def test_typing_tells_the_page_and_setting_from_code_does_not(qtbot: QtBot) -> None:
    field = Field("Name")
    qtbot.addWidget(field)
    edits: list[str] = []
    field.edited.connect(edits.append)
    field.put("from code")
    QTest.keyClicks(field.entry, "!")
    assert len(edits) == 1


def test_a_choice_is_known_by_its_key(qtbot: QtBot) -> None:
    choice = Choice("Type", [("household", "Household"), ("commercial", "Commercial")], "commercial")
    qtbot.addWidget(choice)
    assert choice.key() == "commercial"
    choice.put("unknown")
    assert choice.key() == ""


def test_a_switch_may_be_unanswered_and_then_tells_what_was_chosen(qtbot: QtBot) -> None:
    switch = Switch([("no", "No"), ("yes", "Yes")], says="Dangerous or restricted?", tall=48)
    qtbot.addWidget(switch)
    told: list[str] = []
    switch.chosen.connect(told.append)
    assert switch.key() == ""
    switch.step()
    switch.step()
    assert (told, switch.key()) == (["no", "yes"], "yes")
    switch.put("")
    assert switch.key() == ""


def test_a_meter_over_its_limit_says_so_in_words(qtbot: QtBot) -> None:
    row = MeterRow("Length", 1.05, "6 in over")
    qtbot.addWidget(row)
    words = [text for text in row.findChildren(Text) if text.words() == "6 in over"]
    assert words[0].property("tone") == "danger"


def test_money_reads_as_one_phrase(qtbot: QtBot) -> None:
    pair = MoneyPair("USD 1,059.21", "GYD 221,375")
    qtbot.addWidget(pair)
    assert pair.accessibleName() == "USD 1,059.21, GYD 221,375"


def test_refusals_stand_blocking_first_and_are_walked_round(qtbot: QtBot) -> None:
    listed = RefusalList()
    qtbot.addWidget(listed)
    listed.put(refusals())
    visited: list[str] = []
    listed.visited.connect(visited.append)
    assert [item.severity for item in listed.items()] == ["blocks", "needs_manager", "warns"]
    for _ in range(4):
        listed.walk()
    assert visited == ["1", "3", "2", "1"]


def test_a_way_out_of_a_refusal_is_one_press(qtbot: QtBot) -> None:
    listed = RefusalList()
    qtbot.addWidget(listed)
    listed.put(refusals())
    fixed: list[tuple[str, str]] = []
    listed.fixed.connect(lambda refusal, fix: fixed.append((refusal, fix)))
    listed.rows()[0].buttons()[1].click()
    assert fixed == [("1", "special")]


def test_no_refusals_leave_nothing_to_walk(qtbot: QtBot) -> None:
    listed = RefusalList()
    qtbot.addWidget(listed)
    listed.put(refusals())
    listed.put([])
    assert (listed.walk(), listed.rows()) == ("", [])


def test_a_service_that_cannot_be_chosen_says_why(qtbot: QtBot) -> None:
    card = ServiceCard(ServiceOffer("air", "zap", "Air express", "2 days", why_not="Over 50 lb"))
    qtbot.addWidget(card)
    whys: list[str] = []
    card.refused.connect(whys.append)
    card.click()
    assert (whys, card.isChecked()) == (["Over 50 lb"], False)
    assert card.accessibleName() == "Air express, Over 50 lb"


def test_a_tender_that_is_not_set_up_says_so_on_itself(qtbot: QtBot) -> None:
    tile = TenderTile("wallet", "Account", "", "F9")
    qtbot.addWidget(tile)
    tile.set_not_now("not set up")
    pressed: list[bool] = []
    tile.clicked.connect(lambda: pressed.append(True))
    tile.click()
    assert pressed == []
    assert "not set up" in tile.accessibleName()


def test_a_lock_counts_down_warns_under_three_minutes_and_ends(qtbot: QtBot) -> None:
    seconds = [0.0]
    count = Countdown(lambda: seconds[0])
    qtbot.addWidget(count)
    told: list[str] = []
    count.low.connect(lambda: told.append("low"))
    count.ended.connect(lambda: told.append("ended"))
    count.start(761.0)
    assert count.words() == "12:41"
    for now in (582.0, 583.0, 761.0, 762.0):
        seconds[0] = now
        count.tick()
    assert told == ["low", "ended"]
    assert count.words() == "0:00"


def test_at_most_three_notices_are_shown_and_all_are_kept(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    notices = Notices(window)
    for number in range(5):
        notices.put(Notice(f"Quote {number} saved"))
    assert [notice.what for notice in notices.shown()] == ["Quote 2 saved", "Quote 3 saved", "Quote 4 saved"]
    assert (len(notices.history), len(notices.shown())) == (5, AT_MOST)
    assert notices.close_newest()
    assert notices.shown()[-1].what == "Quote 3 saved"


def test_a_connection_that_flickers_is_not_shown(qtbot: QtBot) -> None:
    pill = ConnectionPill()
    qtbot.addWidget(pill)
    pill.put("online")
    pill.put("offline", 1)
    assert pill.words() == "Online"
    pill.put("online")
    assert pill.words() == "Online"
    pill.put("offline", 3)
    qtbot.waitUntil(lambda: pill.words() == "Offline, 3 waiting", timeout=4000)
    pill.put("offline", 4)
    assert pill.words() == "Offline, 4 waiting"


def test_every_connection_state_has_its_words() -> None:
    words = [connection_chip("sending", 3).words, connection_chip("revoked").words, connection_chip("offline").words]
    assert words == ["Online, 3 sending", "Desk revoked", "Offline"]


def test_typed_markup_is_shown_as_typed(qtbot: QtBot, app: QApplication) -> None:
    assert app is not None
    text = Text("<b>bold</b>")
    qtbot.addWidget(text)
    assert text.textFormat() == Qt.TextFormat.PlainText
    assert text.text() == "<b>bold</b>"


def test_tab_leads_to_the_segment_that_is_on_whoever_put_it_on() -> None:
    switch = Switch((("gyd", "in GYD"), ("usd", "in USD")), "gyd", says="Change in")
    gyd, usd = switch.findChildren(QRadioButton)
    usd.click()
    switch.put("gyd")
    assert gyd.focusPolicy() == Qt.FocusPolicy.StrongFocus
    assert usd.focusPolicy() == Qt.FocusPolicy.ClickFocus


@pytest.mark.parametrize("length", [60, 600, 1000])
def test_a_link_is_read_off_the_screen_as_it_is(length: int) -> None:
    link = "https://checkout.example/c/pay/" + "a1b2c3d4e5" * (length // 10)
    code = QrCode()
    code.put(link)
    assert read_code(code) == link
    code.put("", ("octagon-x", "Do not scan again", "warn"))
    assert read_code(code) is None


@pytest.mark.parametrize("length", [2500, 4000])
def test_a_link_that_no_phone_could_read_has_no_code_and_says_so(length: int) -> None:
    code = QrCode()
    code.put("x" * length)
    assert not code.grab().isNull()
    assert read_code(code) is None
    assert code.accessibleName() == "Too long for a code"

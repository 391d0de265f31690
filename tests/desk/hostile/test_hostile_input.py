"""Hostile text through every field of the real window: kept and shown as typed, and nothing breaks."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit
from uuid import UUID

import psycopg
import pytest
from PySide6 import QtGui
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QLineEdit, QWidget

from agent_desk.central.bootstrap import Central, opened
from agent_desk.central.store.migrating import migrate
from agent_desk.central.usecases.sampling import save_all
from agent_desk.desk.ui.event_loop import run_on
from agent_desk.desk.ui.pages.quote.draft import PieceDraft, Typed
from agent_desk.domain.people import Address, Role
from agent_desk.domain.shipping import Quote
from agent_desk.domain.values import storable
from tests.desk.hostile.counter import PAGES, Counter, a_counter, paste, sign_in
from tests.desk.hostile.strings import COLLECTION, WORST, collected, packed
from tests.desk.sync.branch import CHEAP_HASH, a_synced_desk, settle
from tests.desk.workshop import TAPE, Bench, SetClock, a_staff, done, shop

Key = Qt.Key
CTRL = Qt.KeyboardModifier.ControlModifier
SIDE = Typed(text="12")
PIECE = PieceDraft(weight=Typed(text="20"), length=SIDE, width=SIDE, height=SIDE)


@pytest.fixture(scope="module")
def branch(central_url: str, central_clock: SetClock) -> Iterator[Central]:
    """A central of this file's own, so that nobody else reads what is written here."""
    with psycopg.connect(central_url, autocommit=True) as connection:
        connection.execute("create database hostile")
    url = urlunsplit(urlsplit(central_url)._replace(path="/hostile"))
    migrate(url)
    with opened(url, central_clock.now) as running:
        with running.database.filling() as unit:
            for role in Role:
                unit.save_password_hash(a_staff(role).id, CHEAP_HASH)
            for number in range(1, 20):
                unit.enrol_desk(f"HST-{number}", "GEO", None)
            save_all(unit, shop())
        yield running


async def add_customers(counter: Counter, texts: tuple[str, ...]) -> dict[UUID, str]:
    """Each text as a name by the form of the Quote page; what the field held, by customer."""
    page, kept = counter.quote, {}
    for text in texts:
        page.open_form("", edit=False)
        typed = paste(page.form.name.entry, text).strip()
        page.choosing.keep_customer()
        await counter.rest()
        customer = page.state.draft.customer
        assert customer is not None, text
        assert not page.form.isVisible(), text
        assert customer.name == typed
        assert page.customer.finder.isHidden()
        kept[customer.id] = typed
    return kept


async def save_quotes(counter: Counter) -> dict[UUID, tuple[str, ...]]:
    """Contents, directions, description and place by the Quote page; what the fields held, by quote."""
    page, kept = counter.quote, {}
    long = packed(1900)
    places = [text for text in packed(180) if units(text) <= 180 and text == text.strip(" ,")]
    every = packed(190)
    contents = [every[start : start + 10] for start in range(0, len(every), 10)]
    for at in range(max(len(contents), len(long))):
        page.clear()
        typed = [
            paste(page.route.place, f"{places[at % len(places)]}, Region 2").removesuffix(", Region 2"),
            paste(page.route.directions.entry, long[at % len(long)]),
            paste(page.goods.description.entry, long[-1 - at % len(long)]),
        ]
        boxes = contents[at % len(contents)]
        page.change(page.state.draft.changed(pieces=(PIECE,) * len(boxes)))
        typed += [paste(page.pieces.rows()[row].cells["contents"], text) for row, text in enumerate(boxes)]
        await counter.rest()
        page.doing.save()
        await counter.rest()
        quote = page.state.saved
        assert quote is not None, typed
        kept[quote.id] = tuple(text.strip() for text in typed)
        if at % 5 == 0:
            page.doing.print()
            await counter.rest()
        page.change(page.state.draft.changed(description=""))
    return kept


def units(text: str) -> int:
    """How long a field counts it: in UTF-16."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def words_of(quote: Quote) -> tuple[str, ...]:
    to, asked = quote.request.deliver_to, quote.request
    return (to.place, to.directions, asked.description, *(piece.contents for piece in asked.pieces))


async def hold_carts(counter: Counter, texts: tuple[str, ...]) -> dict[UUID, str]:
    """Each text as what a cart is held as, by the question in the head of the Cart page."""
    kept = {}
    await counter.open("cart")
    page = counter.cart
    for text in texts:
        cart = done(await counter.bench.cases.carting.add_product(TAPE.id, 1)).cart
        await page.work.load()
        await counter.press(Key.Key_H, CTRL)
        entry = page.head.asking.findChild(QLineEdit)
        assert entry is not None
        typed = paste(entry, text).strip()
        page.head.asking.agree()
        await counter.rest()
        held = (await counter.bench.cases.carting.get_cart(cart.id)).cart
        assert held.state == "held", text
        assert held.held_as == typed
        kept[cart.id] = typed
    return kept


def test_what_is_typed_is_kept_as_typed_here_at_central_and_on_a_second_desk(
    qapp: QApplication, branch: Central, central_clock: SetClock, tmp_path: Path
) -> None:
    async def story() -> None:
        async with a_counter(qapp, branch.app, tmp_path / "a", central_clock, "HST-1") as counter:
            await sign_in(counter)
            await settle(counter.bench)
            await counter.open("quote")
            names = await add_customers(counter, packed(200))
            quotes = await save_quotes(counter)
            held = await hold_carts(counter, WORST)
            notes = {}
            for id_, text in zip(names, map(storable, WORST), strict=False):
                address = Address(place=text[:200], line=text[:200], postcode=text[:20], directions=text[:2000])
                done(await counter.bench.cases.customers.change_customer(id_, note=text[:2000], address=address))
                notes[id_] = (text[:2000], address)
            assert len(list((tmp_path / "a").rglob("quote-*.pdf"))) == len(range(0, len(quotes), 5))
            await settle(counter.bench, 400)
            assert (await counter.bench.cases.sync.get_status()).notices == ()
            second = a_synced_desk(branch.app, tmp_path / "b", central_clock, Role.MANAGER, code="HST-2")
            async with second as (other, _):
                await settle(other, 100)
                await compare(other, names, quotes, held)
                for id_, (note, address) in notes.items():
                    customer = (await other.cases.customers.get_customer(id_)).customer
                    assert (customer.note, customer.address) == (note, address)

    run_on(qapp, story)


async def compare(
    desk: Bench, names: dict[UUID, str], quotes: dict[UUID, tuple[str, ...]], held: dict[UUID, str]
) -> None:
    """A desk holds exactly what was typed at another."""
    for id_, name in names.items():
        assert (await desk.cases.customers.get_customer(id_)).customer.name == name
    for id_, words in quotes.items():
        assert words_of(await desk.cases.quoting.get_quote(id_)) == words
    for id_, held_as in held.items():
        assert (await desk.cases.carting.get_cart(id_)).cart.held_as == held_as


def test_nothing_that_is_shown_is_read_as_markup_or_as_a_key(
    qapp: QApplication, branch: Central, central_clock: SetClock, tmp_path: Path
) -> None:
    markup = "<b>Indranie</b> & <img src='x'> &Son"

    async def story() -> None:
        async with a_counter(qapp, branch.app, tmp_path, central_clock, "HST-3") as counter:
            await sign_in(counter)
            await settle(counter.bench)
            await counter.open("quote")
            await add_customers(counter, (markup, f"{markup} 2"))
            counter.quote.open_form(markup, edit=False)
            await counter.rest()
            await hold_carts(counter, (markup,))
            found = []
            for page in PAGES:
                await counter.open(page)
                found += [fault for widget in counter.shell.findChildren(QWidget) for fault in misread(widget)]
            assert found == []
            shown = {label.text() for label in counter.quote.findChildren(QLabel)}
            assert any(markup[:12] in text for text in shown)

    run_on(qapp, story)


def misread(widget: QWidget) -> list[str]:
    """Where Qt would take a widget's words for something else than words."""
    found = []
    if isinstance(widget, QLabel) and widget.textFormat() is not Qt.TextFormat.PlainText:
        found.append(f"{type(widget).__name__} may show markup: {widget.text()}")
    tip = widget.toolTip()
    if QtGui.Qt.mightBeRichText(tip) and "&lt;" not in tip:
        found.append(f"the tooltip of a {type(widget).__name__} shows markup: {tip}")
    if isinstance(widget, QAbstractButton) and not widget.shortcut().isEmpty():
        found.append(f"{widget.text()} took {widget.shortcut().toString()} for its key")
    return found


def test_every_field_of_every_page_takes_anything(
    qapp: QApplication, branch: Central, central_clock: SetClock, tmp_path: Path
) -> None:
    async def story() -> None:
        async with a_counter(qapp, branch.app, tmp_path, central_clock, "HST-4") as counter:
            await sign_in(counter)
            await settle(counter.bench)
            fields = 0
            for page in PAGES:
                await counter.open(page)
                for entry in counter.window.page(page).findChildren(QLineEdit):
                    fields += 1
                    for text in WORST:
                        paste(entry, text)
                    await counter.rest()
                    entry.returnPressed.emit()
                    await counter.rest()
                    paste(entry, "")
            assert fields > 20

    run_on(qapp, story)


def test_every_search_finds_or_finds_nothing(
    qapp: QApplication, branch: Central, central_clock: SetClock, tmp_path: Path
) -> None:
    async def story() -> None:
        async with a_counter(qapp, branch.app, tmp_path, central_clock, "HST-5") as counter:
            await sign_in(counter)
            await settle(counter.bench)
            cases = counter.bench.cases
            for text in (*WORST, *collected()):
                kept = storable(text)
                for ask in (cases.searching.search, cases.customers.search_customers, cases.measuring.find_piece):
                    await ask(kept)
            palette = counter.shell.palette_sheet
            palette.open()
            for text in (*WORST, *collected()):
                paste(palette.entry, text)
            await counter.rest()
            palette.dismiss()

    run_on(qapp, story)


def test_no_name_or_password_breaks_the_sign_in(
    qapp: QApplication, branch: Central, central_clock: SetClock, tmp_path: Path
) -> None:
    async def story() -> None:
        async with a_counter(qapp, branch.app, tmp_path, central_clock, "HST-6") as counter:
            login, password = counter.sign_in_sheet.findChildren(QLineEdit)
            for up, texts in ((False, (*WORST, *collected())), (True, WORST)):
                counter.line.up = up
                for text in texts:
                    paste(login, text)
                    paste(password, text)
                    password.returnPressed.emit()
                    await counter.rest()
            assert counter.sign_in_sheet.isVisible()
            assert counter.bench.cases.signing_in.staff is None

    run_on(qapp, story)


@pytest.mark.skipif(not COLLECTION.is_file(), reason="the collection of hostile strings is not beside the repository")
def test_the_whole_collection_is_tried() -> None:
    assert len(collected()) == 515
    everything = " ".join(packed(200))
    assert all(text in everything for text in collected())

"""Puts the state of the Quote page into its cards."""

from __future__ import annotations

from agent_desk.desk.ui.pages.quote.settling import error_line, field_states
from agent_desk.desk.ui.pages.quote.view import (
    billable_words,
    no_steps_words,
    picture,
    price_lines,
    rooms,
    service_lines,
    sum_words,
    total_words,
)
from agent_desk.desk.ui.pages.quote.whole import QuoteWhole
from agent_desk.domain.formats import money_text


def show(page: QuoteWhole) -> None:
    """Everything the page says, from what is typed and the newest advice; what is the same stays untouched."""
    _show_head(page)
    _show_left(page)
    _show_pieces(page)
    _show_settle(page)
    _show_price(page)
    page.order_focus()


def _show_head(page: QuoteWhole) -> None:
    state, now = page.state, page.context.now()
    said = state.standing(now)
    page.title.setText(said.title)
    page.number.setText(state.saved.number if state.is_saved and state.saved is not None else page.asking.next_number)
    page.standing.show_state(said.words, said.icon, said.tone)  # type: ignore[arg-type]
    page.validity.setVisible(not state.is_saved)
    page.save_button.set_not_now("This quote is saved already." if state.is_saved else "")


def _show_left(page: QuoteWhole) -> None:
    state = page.state
    draft = state.draft
    if page.customer.customer != draft.customer:
        page.customer.put(draft.customer)
    page.route.put(draft, state.destination, state.request.deliver_to)
    step = None if state.offer is None else next((s for s in state.offer.steps if s.code == "insurance"), None)
    percent = step.working.partition(" of ")[0] if step is not None and "%" in step.working.partition(" of ")[0] else ""
    percent = percent.removeprefix("minimum, more than ")
    page.goods.put(draft, "" if step is None else money_text(step.amount), percent)
    value = next((one for one in state.refusals if one.field == "declared_value"), None)
    page.goods.state_value("" if value is None else "error", "" if value is None else value.message)


def _show_pieces(page: QuoteWhole) -> None:
    state = page.state
    draft, refusals = state.draft, state.refusals
    page.pieces.put(draft)
    for at, row in enumerate(page.pieces.rows()):
        found = state.piece_of(at)
        if found is None:
            row.bill("", "")
            row.say(draft.pieces[at].packing, "", {})
            continue
        number, piece = found
        row.bill(*billable_words(state.offer, number))
        row.say(draft.pieces[at].packing, error_line(piece, number, refusals), field_states(number, refusals))
    page.pieces.sum(*sum_words(state.request, state.offer))
    page.pieces.set_current(state.row)
    focused = state.piece_of(state.row)
    drawn = None if focused is None else focused[1]
    page.drawing.put(state.row + 1, picture(drawn), rooms(drawn, state.request))


def _show_settle(page: QuoteWhole) -> None:
    state = page.state
    if not state.draft.rows:
        page.settle.put(state.matters(), "No piece yet", "Say what is in the first one, then its weight and sides.")
        return
    ready = state.offer is not None and state.offer.total is not None
    page.settle.put(state.matters(), "Nothing to settle", "It can be saved, printed and booked.", ready=ready)


def _show_price(page: QuoteWhole) -> None:
    state = page.state
    advice = state.advice
    if advice is None:
        return
    rate = advice.priced.rate
    per_usd = None if rate is None else rate.gyd_per_usd
    fits = {} if advice.room is None else {fit.service: fit.sentence for fit in advice.room.services if fit.refusals}
    has_pieces = bool(state.draft.rows)
    page.price.put_services(
        service_lines(advice.priced.offers, fits, per_usd, has_pieces=has_pieces),
        state.service if has_pieces else state.draft.service,
    )
    offer = state.offer if has_pieces else None
    title = "Price" if offer is None else f"Price, {offer.label.lower()}"
    lines = [] if offer is None else price_lines(offer)
    total = total_words(offer, state.stops, per_usd, saved=state.is_saved)
    page.price.put_price(title, lines, no_steps_words(offer), total)
    page.price.put_rate(rate)
    commit = state.commit(page.context.now())
    page.price.put_commit(commit.words, commit.icon, settles=commit.settles)

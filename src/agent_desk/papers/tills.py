"""CTR-8: the report of a shift, counted and closed, drawer by drawer."""

from __future__ import annotations

from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.platypus import Flowable, Spacer

from agent_desk.domain.formats import figure_text, money_text, rate_text
from agent_desk.domain.money import Currency, Money
from agent_desk.domain.till import NOTES, Cash, Count, Through, Till
from agent_desk.domain.tilling import over_short_text
from agent_desk.domain.times import clock_text, moment_text
from agent_desk.papers.sheet import FAINT, LINE, SUNKEN, Look, band, build, rule, table, text

_MARGIN = 16 * mm
_WIDTH = A4[0] - 2 * _MARGIN
_SUM_COLUMNS = (_WIDTH - 84 * mm, 42 * mm, 42 * mm)
REASONS = {"": "", "mix_up": "Change mix-up", "miscount": "Miscount", "unknown": "Unknown", "other": "Other"}


def till_pdf(till: Till, through: Through, branch_name: str) -> bytes:
    """An A4 sheet: what went through the drawers, what was counted, what was over or short and why."""
    story = [
        *_head(till, branch_name),
        *_movements(till, through),
        *_moves(till),
        *(part for count in till.counts[-1:] for part in _counted(count)),
        *_closing(till),
    ]
    return build(story, A4, _MARGIN, f"Till {till.number}", f"Till {till.number}, desk {till.desk}")


def _head(till: Till, branch_name: str) -> list[Flowable]:
    state = "Not closed yet" if till.closing is None else f"Closed {moment_text(till.closing.closed_at)}"
    by = "" if till.closing is None else f", by {till.closing.closed_by}"
    rows = [
        [text("Till report", "title")],
        [Spacer(1, 5)],
        [text(f"{till.number}, desk {till.desk}, {branch_name}", "section")],
        [text(f"Opened {moment_text(till.opened_at)}, by {till.opened_by}", "small")],
        [text(f"{state}{by}", "small")],
    ]
    return [band(_WIDTH), Spacer(1, 12), table(rows, [_WIDTH]), Spacer(1, 8)]


def _sums(rows: list[tuple[str, Cash, bool]]) -> Flowable:
    shown = [[text("", "small"), text("USD", "small", "right"), text("GYD", "small", "right")]]
    for words, amount, strong in rows:
        look: Look = "strong" if strong else "body"
        dollars, guyanese = amount.amounts
        shown.append(
            [
                text(words, look),
                text(figure_text(dollars), look, "right"),
                text(figure_text(guyanese, cents=guyanese.minor % 100 != 0), look, "right"),
            ]
        )
    return table(shown, _SUM_COLUMNS, ("LINEBELOW", (0, 0), (-1, 0), 0.6, LINE))


def _movements(till: Till, through: Through) -> list[Flowable]:
    rows = [
        ("Float", till.opening, False),
        (f"Cash taken, {_many(through.sales, 'sale')}", through.taken, False),
        ("Change given", -through.change, False),
        (f"Given back, {_many(through.refunds, 'refund')}", -through.refunded, False),
        ("Paid in", till.moved("paid_in"), False),
        ("Paid out", -till.moved("paid_out"), False),
        ("Expected in the drawers", till.expects(through), True),
    ]
    rounding = money_text(through.rounding.of(Currency.GYD), cents=True)
    note = f"Whole-dollar Guyanese cash changed sales and refunds by {rounding}; it is in the figures above."
    return [_sums(rows), Spacer(1, 3), text(note, "small"), rule(_WIDTH)]


def _many(number: int, word: str) -> str:
    return f"{number} {word}{'' if number == 1 else 's'}"


def _moves(till: Till) -> list[Flowable]:
    if not till.moves:
        return []
    rows = [
        [
            text(clock_text(move.at), "small"),
            text("Paid in" if move.what == "paid_in" else "Paid out", "body"),
            text(f"{move.reason}, {move.by}", "body"),
            text(money_text(move.amount), "body", "right"),
        ]
        for move in till.moves
    ]
    widths = (16 * mm, 22 * mm, _WIDTH - 80 * mm, 42 * mm)
    return [table(rows, widths, ("LINEBELOW", (0, 0), (-1, -1), 0.4, FAINT)), Spacer(1, 8)]


def _counted(count: Count) -> list[Flowable]:
    words = f"Counted {moment_text(count.counted_at)} by {count.counted_by}, blind, in {count.seconds} s"
    changed = f", {count.changes} figures entered again" if count.changes else ""
    many = {(note.each.currency, note.each.minor): note.many for note in count.notes}
    rows = [[text(words + changed, "small")]]
    columns = [
        [*((Money(minor=each, currency=currency), many.get((currency, each), 0)) for each in NOTES[currency])]
        for currency in Currency
    ]
    cells: list[list[Flowable | str]] = []
    for at in range(max(len(column) for column in columns)):
        line: list[Flowable | str] = []
        for column in columns:
            line += _row(*column[at]) if at < len(column) else ["", "", ""]
            line.append("")
        cells.append(line[:-1])
    coins = [[text("Coins", "small"), "", text(figure_text(money), "body", "right")] for money in count.coins.amounts]
    cells.append([*coins[0], "", *coins[1]])
    half = (_WIDTH - 10 * mm) / 2
    widths = (34 * mm, 16 * mm, half - 50 * mm)
    lines = [("LINEBELOW", (0, 0), (2, -1), 0.3, FAINT), ("LINEBELOW", (4, 0), (6, -1), 0.3, FAINT)]
    notes = table(cells, (*widths, 10 * mm, *widths), *lines)
    return [table(rows, [_WIDTH]), Spacer(1, 3), notes, Spacer(1, 8)]


def _row(each: Money, many: int) -> list[Flowable | str]:
    return [
        text(money_text(each), "small"),
        text(f"× {many}", "small", "right"),
        text(figure_text(each.times(many)), "body", "right"),
    ]


def _closing(till: Till) -> list[Flowable]:
    closing, count = till.closing, till.last_count
    if count is None:
        return []
    rows = [
        ("Expected when counted", count.expected, False),
        ("Counted", count.counted, True),
        ("Over or short", count.over_short, True),
    ]
    parts: list[Flowable] = [_sums(rows), Spacer(1, 4)]
    found = " and ".join(over_short_text(money) for money in count.over_short.amounts)
    look: Look = "good" if count.over_short == Cash() else "bad"
    parts.append(text(found, look))
    if closing is None:
        return parts
    if closing.reason or closing.note:
        why = ": ".join(part for part in (REASONS[closing.reason], closing.note) if part)
        parts.append(table([[text(why)]], [_WIDTH], ("BACKGROUND", (0, 0), (-1, -1), SUNKEN)))
    if closing.gyd_per_usd is not None:
        parts.append(text(rate_text(closing.gyd_per_usd), "small"))
    return parts

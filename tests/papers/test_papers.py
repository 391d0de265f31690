import json
from datetime import timedelta
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
import zxingcpp

from agent_desk.domain.measure import Length, LengthUnit, Weight
from agent_desk.domain.money import gyd, usd
from agent_desk.domain.people import Address
from agent_desk.domain.price_book import (
    Destination,
    Mode,
    Place,
    PriceBook,
    RateCard,
    ServiceLimits,
    TradeRules,
    WeightBreak,
)
from agent_desk.domain.rating import compare
from agent_desk.domain.selling import Order, OrderState, Tender
from agent_desk.domain.shipping import Piece, QuoteRequest
from agent_desk.domain.stock import LineStock
from agent_desk.papers.labels import piece_code, piece_labels_pdf
from agent_desk.papers.quotes import quote_pdf
from agent_desk.papers.receipts import receipt_pdf
from agent_desk.papers.sheet import barcode
from tests.domain.shop import BOOK, LONG_AGO, NOW, RATE_NOW, SHIPMENT, a_cart, an_id, an_order, totals_of

BRANCH = "Regent Street, Georgetown"
NAUGHTY = Path(__file__).parents[3] / "shared" / "data" / "hostile" / "naughty_strings.json"


def a_tender(name: str, **changed: object) -> Tender:
    plain = Tender(
        id=an_id(name), given=usd(195_69), change=usd(0), applied=usd(195_69), rounding=gyd(0), taken_at=NOW,
        taken_by="Shanice Persaud", desk="GEO-2", receipt="R-GEO-2-000501",
    )  # fmt: skip
    return plain.model_copy(update=changed)


IN_GYD = a_tender(
    "2", given=gyd(30_000_00), change=gyd(3_532_00), applied=usd(126_64), rounding=gyd(24), receipt="R-GEO-2-000502"
)


def the_order(*tenders: Tender, **changed: object) -> Order:
    cart = a_cart(promotion="MASH10")
    plain = an_order(totals=totals_of(cart), promotion="MASH10", tenders=tenders, state=OrderState.PART_PAID)
    return plain.model_copy(update=changed)


def pages(pdf: bytes) -> list[str]:
    with pypdfium2.PdfDocument(BytesIO(pdf)) as document:
        return [page.get_textpage().get_text_bounded().replace("\r\n", "\n") for page in document]


def barcodes(pdf: bytes) -> list[str]:
    found: list[str] = []
    with pypdfium2.PdfDocument(BytesIO(pdf)) as document:
        for page in document:
            found += [code.text for code in zxingcpp.read_barcodes(page.render(scale=3).to_pil())]
    return found


def test_a_receipt_shows_both_currencies_the_rate_and_the_change() -> None:
    order = the_order(a_tender("1"), IN_GYD, state=OrderState.PAID, customer_name="Indranie Persaud")
    (said,) = pages(receipt_pdf(order, order.tenders, BRANCH, vat_percent=Decimal(14)))
    for words in (
        BRANCH, "GEO-2-000123", "R-GEO-2-000502", "23 Nov 2026, 09:41", "Indranie Persaud", "Barrel, plastic, 55 gal",
        "2 × GYD 14,500", "138.76", "GYD 29,000", "318.12", "Promotion MASH10", "16.17", "VAT 14 % on 145.56 of goods",
        "USD 322.33", "GYD 67,367", "USD 1 = GYD 209.00", "GYD 30,000", "GYD 3,532", "USD 126.64", "GYD 0.24",
        "Paid in full",
    ):  # fmt: skip
        assert words in said


def test_a_receipts_barcode_reads_back_as_the_number_of_the_order() -> None:
    order = the_order(a_tender("1"))
    assert barcodes(receipt_pdf(order, order.tenders, BRANCH)) == ["GEO-2-000123"]


def test_what_is_still_to_pay_is_said_in_both_currencies() -> None:
    order = the_order(a_tender("1"))
    (said,) = pages(receipt_pdf(order, order.tenders, BRANCH, copy=2))
    assert "Still to pay" in said
    assert "USD 126.64" in said
    assert "GYD 26,468" in said
    assert "COPY 2" in said
    assert not any("COPY" in page for page in pages(receipt_pdf(order, order.tenders, BRANCH)))


def test_a_cancelled_order_and_a_held_one_say_so() -> None:
    assert "Cancelled" in pages(receipt_pdf(the_order(state=OrderState.CANCELLED), (), BRANCH))[0]
    assert "held" in pages(receipt_pdf(the_order(held=True), (), BRANCH))[0]


def test_a_receipt_of_200_lines_is_one_long_roll() -> None:
    lines = the_order().lines * 40
    assert len(pages(receipt_pdf(the_order(lines=lines), (), BRANCH))) == 1


def test_the_same_receipt_is_the_same_file() -> None:
    order = the_order(a_tender("1"))
    assert receipt_pdf(order, order.tenders, BRANCH) == receipt_pdf(order, order.tenders, BRANCH)


def test_a_receipt_of_one_payment_says_the_same_after_the_next() -> None:
    first = a_tender("1")
    printed = receipt_pdf(the_order(first), (first,), BRANCH)
    paid = the_order(first, IN_GYD, state=OrderState.PAID)
    assert receipt_pdf(paid, (first,), BRANCH) == printed
    (said,) = pages(receipt_pdf(paid, (IN_GYD,), BRANCH))
    assert "Paid before, R-GEO-2-000501" in said.replace("\n", " ")
    assert "Paid in full" in said


def a_card(service: str, label: str, usd_per_lb: str, **changed: object) -> RateCard:
    plain = RateCard(
        id=an_id(service), service=service, label=label, mode=Mode.OCEAN, origin="EWR", destination="GEO",
        valid_from=LONG_AGO, days_least=21, days_most=28, divisor=Decimal(166), minimum=usd(45_00),
        breaks=(WeightBreak(from_lb=Decimal(0), usd_per_lb=Decimal(usd_per_lb)),), fuel_percent=Decimal(6),
        handling_each=usd(6_50), insurance_percent=Decimal(2), insurance_minimum=usd(5_00), remote=usd(18_00),
    )  # fmt: skip
    return plain.model_copy(update=changed)


PLACES = (Place(region=2, name="Charity", remote=True),)
QUOTING = PriceBook(
    cards=(
        a_card("ocean", "Ocean", "0.62"),
        a_card("air_economy", "Air economy", "2.45", days_least=4, days_most=6),
        a_card("air_express", "Air express", "3.45", days_least=2, days_most=3,
               limits=ServiceLimits(piece_weight=Weight(value=Decimal(50)))),
    ),
    rates=BOOK.rates,
    taxes=BOOK.taxes,
    rules=(
        TradeRules(
            id=an_id("quoting"), valid_from=NOW.date(), goods=(),
            origins=(Destination(code="EWR", label="Newark", country="US"),),
            destinations=(Destination(code="GEO", label="Guyana", country="GY", places=PLACES),),
        ),
    ),
)  # fmt: skip


def sides(*values: str, unit: LengthUnit = LengthUnit.IN) -> dict[str, Any]:
    lengths = [Length(value=Decimal(value), unit=unit) for value in values]
    return dict(zip(("length", "width", "height"), lengths, strict=False))


BARREL = Piece(contents="Barrel", packing="55 gal", weight=Weight(value=Decimal(118)), **sides("24", "24", "36"))
PUMP = Piece(contents="Pump", weight=Weight(value=Decimal(46)), **sides("61", "46", "51", unit=LengthUnit.CM))
REQUEST = QuoteRequest(
    origin="EWR", destination="GEO", deliver_to=Address(region=2, place="Charity", directions="Yellow house by koker"),
    description="Food and clothing", declared_value=usd(1_450_00), insured=True, pieces=(BARREL, PUMP),
    discount_percent=Decimal(5),
)  # fmt: skip


def a_quote(request: QuoteRequest = REQUEST, service: str = "ocean", number: str = "Q-GEO-2-000417") -> bytes:
    offers = compare(request, QUOTING, NOW)
    return quote_pdf(request, offers, service, RATE_NOW, number=number, issued_at=NOW)


def test_a_quote_explains_every_step_of_its_price() -> None:
    said = "\n".join(pages(a_quote()))
    chosen = next(offer for offer in compare(REQUEST, QUOTING, NOW) if offer.service == "ocean")
    assert {step.code for step in chosen.steps} >= {"base", "fuel", "insurance", "remote", "discount", "duty", "vat"}
    for step in chosen.steps:
        assert step.label in said
        assert step.working in said
        assert step.exact.replace("-", "−") in said
    for words in ("Yellow house by koker", "24 × 24 × 36 in", "61 × 46 × 51 cm", "by size", "24 Nov 2026, 09:41",
                  "Air express takes at most 50 lb a piece.", "Not available", "USD 1 = GYD 209.00"):  # fmt: skip
        assert words in said


def test_a_quotes_barcode_reads_back_as_its_number() -> None:
    assert barcodes(a_quote()) == ["Q-GEO-2-000417"]


def test_a_quote_that_is_not_saved_has_no_barcode() -> None:
    pdf = a_quote(number="")
    assert barcodes(pdf) == []
    assert "Not saved" in pages(pdf)[0]


def test_an_unknown_size_is_quoted_as_a_range_with_what_decides_it() -> None:
    unknown = REQUEST.model_copy(update={"pieces": (Piece(contents="Box", weight=Weight(value=Decimal(20))),)})
    (said,) = pages(a_quote(unknown))
    offer = next(offer for offer in compare(unknown, QUOTING, NOW) if offer.service == "ocean")
    assert offer.unknown in said
    assert "decides" in said
    assert "How the price" not in said


def test_a_route_nobody_serves_is_said_so() -> None:
    elsewhere = REQUEST.model_copy(update={"destination": "XYZ"})
    pdf = quote_pdf(elsewhere, (), "ocean", None, number="", issued_at=NOW + timedelta(hours=1))
    assert "No service goes there." in pages(pdf)[0]


def test_a_hundred_pieces_go_over_the_page() -> None:
    assert len(pages(a_quote(REQUEST.model_copy(update={"pieces": (PUMP,) * 100})))) > 2


def test_every_piece_has_a_label_whose_barcode_reads_back() -> None:
    pdf = piece_labels_pdf(SHIPMENT)
    assert barcodes(pdf) == [piece_code(SHIPMENT, piece) for piece in SHIPMENT.pieces]
    first, second = pages(pdf)
    assert "1 of 2" in first
    assert "40 lb" in second
    assert "Walk-in" in first


def test_what_code_128_cannot_say_has_no_barcode() -> None:
    assert barcode("", 100, 10) is None
    assert barcode("GÉO", 100, 10) is None


def test_markup_is_printed_as_typed() -> None:
    order = the_order(customer_name="<b>Bold</b> & <font size=90>Co</font>")
    assert "<b>Bold</b> & <font size=90>Co</font>" in pages(receipt_pdf(order, (), BRANCH))[0].replace("\n", " ")


@pytest.mark.skipif(not NAUGHTY.exists(), reason="the shared list of naughty strings is not beside the repository")
def test_no_naughty_string_breaks_a_paper() -> None:
    naughty = [words.replace("\x00", "") for words in json.loads(NAUGHTY.read_text(encoding="utf-8"))]
    line = the_order().lines[0]
    lines = tuple(line.model_copy(update={"label": words[:200], "detail": words[:200]}) for words in naughty)
    order = the_order(lines=lines, customer_name="".join(naughty)[:200])
    assert len(lines) > 500
    assert receipt_pdf(order, (), BRANCH).startswith(b"%PDF")
    pieces = tuple(PUMP.model_copy(update={"contents": words[:200], "packing": words[:200]}) for words in naughty)
    for at in range(0, len(pieces), 100):
        address = Address(region=2, place=naughty[at][:200], directions=naughty[at + 1][:2000])
        request = REQUEST.model_copy(update={"pieces": pieces[at : at + 100], "deliver_to": address})
        assert a_quote(request).startswith(b"%PDF")
        shipped = [SHIPMENT.pieces[0].model_copy(update={"declared": piece}) for piece in request.pieces]
        shipment = SHIPMENT.model_copy(update={"pieces": tuple(shipped), "request": request})
        assert len(pages(piece_labels_pdf(shipment))) == len(shipped)


def test_the_longest_texts_still_fit() -> None:
    long = "W" * 200
    piece = PUMP.model_copy(update={"contents": long, "packing": long})
    address = Address(region=2, place=long, line=long, directions="W" * 2000)
    request = REQUEST.model_copy(update={"pieces": (piece,), "description": "W" * 2000, "deliver_to": address})
    assert a_quote(request).startswith(b"%PDF")
    shipped = SHIPMENT.pieces[0].model_copy(update={"declared": piece})
    shipment = SHIPMENT.model_copy(update={"pieces": (shipped,), "request": request, "customer_name": long})
    assert len(pages(piece_labels_pdf(shipment))) == 1
    line = the_order().lines[0].model_copy(update={"label": long, "detail": long})
    assert len(pages(receipt_pdf(the_order(lines=(line,) * 200), (), long))) == 1


def test_a_receipt_says_what_is_to_be_confirmed() -> None:
    first, *others = the_order().lines
    line = first.model_copy(update={"quantity": 3})
    asked = LineStock(line=line.id, product=line.subject, reserved=1, asked=2)
    order = the_order(lines=(line, *others), stock=(asked,))
    (said,) = pages(receipt_pdf(order, (), BRANCH))
    assert "2 of them to be confirmed" in said
    all_of_it = the_order(lines=(line, *others), stock=(asked.model_copy(update={"reserved": 0, "short": 1}),))
    assert "To be confirmed" in pages(receipt_pdf(all_of_it, (), BRANCH))[0]
    held = the_order(lines=(line, *others), stock=(asked.model_copy(update={"reserved": 3, "asked": 0}),))
    assert "onfirmed" not in pages(receipt_pdf(held, (), BRANCH))[0]

"""CTR-9: one label a piece."""

from __future__ import annotations

from reportlab.lib.units import mm
from reportlab.platypus import Flowable, KeepInFrame, PageBreak, Spacer

from agent_desk.domain.formats import weight_text
from agent_desk.domain.shipping import Shipment, ShipmentPiece
from agent_desk.papers.sheet import barcode, build, rule, table, text

_PAGE = (100 * mm, 150 * mm)
_MARGIN = 6 * mm
_WIDTH = _PAGE[0] - 2 * _MARGIN


def piece_code(shipment: Shipment, piece: ShipmentPiece) -> str:
    """What the label's barcode says: the shipment's number and the piece's."""
    return f"{shipment.number}/{piece.number}"


def piece_labels_pdf(shipment: Shipment) -> bytes:
    """A 100 by 150 mm page for each piece, with a barcode of its own."""
    story: list[Flowable] = []
    for piece in shipment.pieces:
        if story:
            story.append(PageBreak())
        # a label is one page whatever was typed: what does not fit is drawn smaller
        story.append(KeepInFrame(_WIDTH, _PAGE[1] - 2 * _MARGIN, _label(shipment, piece), mode="shrink"))
    return build(story, _PAGE, _MARGIN, f"Labels {shipment.number}")


def _label(shipment: Shipment, piece: ShipmentPiece) -> list[Flowable]:
    request = shipment.request
    address = request.deliver_to
    region = "" if address.region is None else f"Region {address.region}"
    where = [part for part in (address.line, address.place, region, address.postcode, address.country) if part]
    weight = piece.measured.weight if piece.measured is not None else piece.declared.weight
    weighed = "Not weighed yet" if weight is None else weight_text(weight.lb)
    code = piece_code(shipment, piece)
    count = f"{piece.number} of {len(shipment.pieces)}"
    route = [[text(f"{request.origin} to {request.destination}", "title"), text(count, "title", "right")]]
    parts: list[Flowable] = [
        table(route, (_WIDTH * 0.68, _WIDTH * 0.32)),
        Spacer(1, 10),
        text(shipment.offer.label, "money"),
        rule(_WIDTH),
        text("Deliver to", "small"),
        text((shipment.customer_name or "Walk-in"), "section"),
        *(text(part, "money") for part in where),
        text(address.directions, "small"),
        rule(_WIDTH),
        text((piece.declared.contents or request.description), "strong"),
        text(weighed, "strong"),
        text("Dangerous goods" if request.dangerous else "", "bad"),
        Spacer(1, 30),
    ]
    bars = barcode(code, _WIDTH, 22 * mm)
    if bars is not None:
        bars.hAlign = "CENTER"
        parts.append(bars)
    return [*parts, Spacer(1, 3), text(code, "section", "center")]

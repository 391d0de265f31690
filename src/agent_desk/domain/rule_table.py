"""LIM-11: every rule that a quote, a customer, a file or a booking must meet, in one table."""

from __future__ import annotations

from dataclasses import dataclass

from agent_desk.domain.refusal import Refusal, Severity

BLOCKS, MANAGER, WARNS = Severity.BLOCKS, Severity.MANAGER, Severity.WARNS


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule; `sentence` says what to do, its words in braces are filled in."""

    code: str
    rule: str
    field: str
    severity: Severity
    sentence: str


_ROWS: tuple[tuple[str, str, str, Severity, str], ...] = (
    # pieces
    ("piece.too_heavy", "LIM-1", "weight", BLOCKS, "{weight} lb. Take off {over} lb, or ask for a special quote."),
    ("piece.weightless", "LIM-1", "weight", BLOCKS, "A piece cannot weigh 0. Weigh it, or leave the weight empty."),
    ("piece.negative_weight", "LIM-1", "weight", BLOCKS, "A weight cannot be below 0. Weigh it again."),
    ("piece.too_long", "LIM-3", "length", BLOCKS,
     "{side} in. Send as {parts} × {part} in, or ask for a special quote."),
    ("piece.flat", "LIM-3", "length", BLOCKS, "A side cannot be 0. Measure it, or leave it empty."),
    ("piece.negative_side", "LIM-3", "length", BLOCKS, "A side cannot be below 0. Measure it again."),
    ("piece.weight_unknown", "EDGE-1", "weight", WARNS, "Weigh this piece: until then the price is a range."),
    ("piece.size_unknown", "EDGE-1", "length", WARNS, "Measure all three sides: until then the price is a range."),
    ("piece.unweighed", "EXT-4", "weight", BLOCKS, "Weigh this piece before it is shipped."),
    ("piece.unmeasured", "EXT-4", "length", BLOCKS, "Measure all three sides before it is shipped."),
    ("piece.unreadable_weight", "LIM-11", "weight", BLOCKS, "Write the weight as a number with lb, oz, kg or g."),
    ("piece.unreadable_side", "LIM-11", "length", BLOCKS, "Write the side as a number with in, ft, cm, mm or m."),
    ("piece.damaged", "WHS-4", "damaged", MANAGER, "Damaged. A manager must look at it before it goes on."),
    ("piece.repeated", "LIM-4", "piece_id", BLOCKS, "This piece is already in the shipment. Give it its own number."),
    ("row.unreadable", "LIM-11", "row", BLOCKS, "This row cannot be read ({why}). Check its quotes and commas."),
    ("row.ragged", "LIM-11", "row", BLOCKS, "{found} cells, the header has {wanted}. Check its quotes and commas."),
    ("row.nameless", "LIM-11", "shipment_id", BLOCKS, "Fill in shipment_id and piece_id."),
    # the shipment
    ("shipment.too_heavy", "LIM-2", "pieces", BLOCKS,
     "{weight} lb in all, the limit is 500 lb of actual weight. Send {over} lb as a second shipment."),
    ("shipment.empty", "LIM-4", "pieces", BLOCKS, "Add at least one piece."),
    ("shipment.too_many_pieces", "LIM-4", "pieces", BLOCKS,
     "{count} pieces. A shipment has at most 10: send the rest as a second shipment."),
    ("shipment.repeated", "LIM-4", "shipment_id", BLOCKS,
     "The rows of a shipment must stand together: this one came before."),
    # goods, value, insurance
    ("declared_value.negative", "LIM-11", "declared_value", BLOCKS, "A value cannot be below 0. Enter what it cost."),
    ("declared_value.not_usd", "LIM-11", "declared_value", BLOCKS, "Enter the declared value in US dollars."),
    ("insurance.worthless", "LIM-11", "insured", BLOCKS, "Enter a declared value, or take the insurance out."),
    ("goods.unknown", "EDGE-13", "goods", BLOCKS, "Choose a type of goods from the list: duty depends on it."),
    ("goods.undescribed", "EDGE-13", "description", WARNS, "Say what is in it: customs will ask."),
    ("goods.forbidden", "EDGE-13", "goods", BLOCKS, "{why} Take it out of the shipment."),
    ("goods.restricted", "EDGE-13", "goods", MANAGER, "{why} Ask a manager before it is booked."),
    ("goods.dangerous", "EDGE-5", "dangerous", MANAGER, "Dangerous goods: ask a manager for a special quote."),
    ("goods.battery_unclear", "EDGE-5", "contents", WARNS,
     "Lithium battery: say how it is packed. At most 2 a piece."),
    # route and address
    ("origin.unknown", "EDGE-13", "origin", BLOCKS, "Choose an origin from the list."),
    ("destination.unknown", "EDGE-13", "destination", BLOCKS, "Choose a destination from the list."),
    ("destination.restricted", "EDGE-13", "destination", BLOCKS, "{why} Choose another destination."),
    ("address.other_country", "EDGE-11", "deliver_to.country", BLOCKS,
     "The address is in {country}, the destination in {wanted}. Change one of them."),
    ("address.regionless", "EDGE-11", "deliver_to.region", BLOCKS,
     "Choose the region, 1 to 10: the same place name stands in several."),
    ("address.placeless", "EDGE-11", "deliver_to.place", BLOCKS, "Enter the village, town or ward."),
    ("address.unlisted", "EDGE-11", "deliver_to.place", WARNS,
     "{place} is not on our list for this region. Check region and spelling."),
    ("address.hard_to_find", "EDGE-11", "deliver_to.directions", WARNS,
     "No street or lot: say how to find it, or take a phone number."),
    ("taxes.unknown", "EDGE-13", "destination", WARNS, "No duty table for {country}: duty and VAT come on top."),
    # e-mail and files
    ("email.too_long", "LIM-6", "email", BLOCKS, "An e-mail address has at most 255 characters. Shorten it."),
    ("email.malformed", "LIM-6", "email", BLOCKS, "This is not an e-mail address. Check it with the customer."),
    ("file.empty", "LIM-5", "file", BLOCKS, "The file is empty. Choose another."),
    ("file.too_large", "LIM-5", "file", BLOCKS, "{size} MB. A file has at most 10 MB: make it smaller."),
    ("file.not_allowed", "LIM-5", "file", BLOCKS, "Only JPEG, PNG, WebP and PDF files are kept. Choose one of those."),
    # one service's own limits
    ("service.too_heavy", "LIM-1", "weight", BLOCKS, "{service} takes at most {limit} a piece."),
    ("service.too_long", "LIM-3", "length", BLOCKS, "{service} takes sides of at most {limit}."),
    ("service.too_big", "LIM-3", "length", BLOCKS, "{service} takes at most {limit} in length + width + height."),
    ("service.not_for_dangerous", "EDGE-5", "dangerous", BLOCKS, "{service} takes no dangerous goods."),
    ("service.not_offered", "CTR-3", "service", BLOCKS, "Choose a service that goes there."),
    # quote and booking
    ("quote.unpriced", "EDGE-1", "pieces", BLOCKS, "{why} decides the price: enter it before saving."),
    ("quote.not_special", "EDGE-6", "pieces", BLOCKS, "Nothing here needs a special quote: save it as it is."),
    ("quote.repeated", "SYN-2", "quote", BLOCKS, "This quote is already saved. Begin a new one."),
    ("quote.unknown", "CTR-4", "quote", BLOCKS, "This quote is not known here. Save it again."),
    ("quote.not_open", "CTR-4", "quote", BLOCKS, "{why} Make a new quote."),
    ("quote.expired", "LIM-9", "quote", BLOCKS,
     "Older than 24 h. It was {old}, now it is {new}: save it again and ask the customer."),
    ("quote.total_differs", "SEC-4", "total", BLOCKS, "The price is {wanted}, not {claimed}. Price it again."),
    ("rate_card.not_in_force", "SEC-4", "card", BLOCKS, "This rate card no longer holds. Price it again."),
    ("exchange_rate.not_in_force", "SEC-4", "exchange_rate", BLOCKS,
     "This exchange rate no longer holds. Price it again."),
    ("discount.not_allowed", "SEC-4", "request.discount_percent", BLOCKS,
     "The discount of this customer is {wanted} %. Price it again."),
    ("customer.unknown", "CTR-1", "customer", BLOCKS, "This customer is not known here. Choose again."),
    ("shipment.exists", "SYN-2", "shipment", BLOCKS, "This shipment is already booked."),
    ("agent.booked_out", "LIM-7", "agent", BLOCKS,
     "{count} bookings are open, {limit} are allowed. Close some, or ask a manager for more."),
    ("cart.unknown", "CTR-4", "cart", BLOCKS, "This cart is not known here. Open a new one."),
    ("cart.not_open", "CTR-5", "cart", BLOCKS, "This cart is not open. Recall it, or open a new one."),
    ("cart.full", "CTR-5", "cart", BLOCKS, "A cart has at most 200 lines. Open a new one."),
    ("cart.other_customer", "CTR-5", "cart", BLOCKS, "This cart is for {name}. Open a new one."),
)  # fmt: skip

RULES: dict[str, Rule] = {row[0]: Rule(*row) for row in _ROWS}


def refusal(code: str, field: str | None = None, **words: object) -> Refusal:
    """The refusal of that code, at `field` (or where its rule says), its sentence filled in."""
    rule = RULES[code]
    return Refusal(
        code=code,
        field=rule.field if field is None else field,
        severity=rule.severity,
        message=rule.sentence.format(**words) if words else rule.sentence,
        rule=rule.rule,
    )

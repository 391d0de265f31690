"""Receipts as PDF files, made after the money is safely kept, and made again at will."""

from __future__ import annotations

from uuid import UUID

from agent_desk.desk.usecases.ports import PaperFolder, Papers, Reader, Work, stop
from agent_desk.desk.usecases.rows import PaperRow
from agent_desk.domain.people import Branch
from agent_desk.domain.refusal import blocks
from agent_desk.domain.selling import Order, Tender
from agent_desk.domain.totals import vat_percent


def print_receipt(work: Work, order: UUID, tender: UUID, *, papers: Papers, folder: PaperFolder) -> PaperRow:
    """CTR-9: the receipt of one tender; printed again, or at another desk, it is a copy that says so and is counted."""
    sold = work.get(Order, order)
    taken = next((one for one in sold.tenders if one.id == tender), None)
    if taken is None:
        raise stop(blocks("tender.unknown", "tender", "No money was taken under this receipt."))
    branch = next((b for b in work.list_all(Branch) if b.code == sold.branch), None)
    percent = vat_percent(work.book(), sold.placed_at)
    copy = _copies(work, sold, taken)
    number = f"{taken.receipt} copy {copy}" if copy else taken.receipt
    path = folder.save(f"receipt-{number.replace(' ', '-')}.pdf", papers.receipt(sold, taken, branch, percent, copy))
    row = PaperRow("receipt", number, sold.id, path, work.now)
    work.keep_paper(row)
    return row


def _copies(reader: Reader, order: Order, taken: Tender) -> int:
    """Which copy the next one is; 0 for the receipt itself, which the desk that took the money prints once."""
    made = {paper.number for paper in reader.list_papers(order.id) if paper.kind == "receipt"}
    is_out = taken.receipt in made or taken.desk != reader.desk
    return 1 + sum(number.startswith(f"{taken.receipt} copy ") for number in made) if is_out else 0


def list_papers(reader: Reader, subject: UUID) -> tuple[PaperRow, ...]:
    """Every paper made here of an order or quote."""
    return reader.list_papers(subject)

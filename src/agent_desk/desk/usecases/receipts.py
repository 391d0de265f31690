"""Receipts as PDF files, made after the money is safely kept, and made again at will."""

from __future__ import annotations

from uuid import UUID

from agent_desk.desk.usecases.ports import PaperFolder, Papers, Reader, Work, stop
from agent_desk.desk.usecases.rows import PaperRow
from agent_desk.domain.people import Branch
from agent_desk.domain.refusal import blocks
from agent_desk.domain.selling import Order
from agent_desk.domain.totals import vat_percent


def print_receipt(work: Work, order: UUID, tender: UUID, *, papers: Papers, folder: PaperFolder) -> PaperRow:
    """CTR-9: the receipt of one tender; printed again, it is the same file."""
    sold = work.get(Order, order)
    taken = next((one for one in sold.tenders if one.id == tender), None)
    if taken is None:
        raise stop(blocks("tender.unknown", "tender", "No money was taken under this receipt."))
    branch = next((b for b in work.list_all(Branch) if b.code == sold.branch), None)
    percent = vat_percent(work.book(), sold.placed_at)
    path = folder.save(f"receipt-{taken.receipt}.pdf", papers.receipt(sold, taken, branch, percent))
    row = PaperRow("receipt", taken.receipt, sold.id, path, work.now)
    work.keep_paper(row)
    return row


def list_papers(reader: Reader, subject: UUID) -> tuple[PaperRow, ...]:
    """Every paper made here of an order or quote."""
    return reader.list_papers(subject)

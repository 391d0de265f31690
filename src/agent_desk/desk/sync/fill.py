"""Keeping a whole scope while its file arrives: a block, and how far the file is here, are one commit."""

from __future__ import annotations

from agent_desk.desk.sync.ports import Ledger
from agent_desk.wire.live_rows import LiveRow
from agent_desk.wire.sync import SnapshotOffer


def count_kept(ledger: Ledger, scope: str, offer: SnapshotOffer) -> int:
    """How many blocks of this very file are here; of another one nothing counts."""
    kept = ledger.count_blocks(scope, offer.sha256)
    return kept if kept < len(offer.blocks) else 0


def keep_block(ledger: Ledger, scope: str, offer: SnapshotOffer, number: int, rows: tuple[LiveRow, ...]) -> None:
    """Keeps block `number`, counted from 0; with the last one the scope stands where the file was made."""
    if number == 0:
        # what was here of the scope stays in view until something better has come
        ledger.drop_scope(scope)
    ledger.fill(scope, rows)
    ledger.note_blocks(scope, offer.sha256, number + 1)
    if number + 1 == len(offer.blocks):
        ledger.move_cursor(scope, (offer.seq, offer.seq))
    ledger.finish()

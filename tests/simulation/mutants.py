"""Every protection of the sync, taken away by itself: the simulation must notice each.

A mutant is the real function with a piece of its text changed, so that it says loudly when the text is another.
"""

from __future__ import annotations

import inspect
import sys
import textwrap
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any
from unittest.mock import patch

from agent_desk.central.usecases import applying, pulling, pushing, sale_time, seeing
from agent_desk.desk.sync import check, fill, keeping, pull, push
from agent_desk.domain import checking_out
from tests.simulation import disk
from tests.simulation.central_store import MemoryStore, MemoryUnit
from tests.simulation.desk import Desk
from tests.simulation.memory_desk import MemoryLedger

ANNOTATIONS_STAY_TEXT = 0x1000000
"""The compiler's flag for `from __future__ import annotations`, which the modules have."""


@dataclass(frozen=True, slots=True)
class Edit:
    """A piece of a function's text, and what stands there instead."""

    owner: Any
    function: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Mutant:
    name: str
    edits: tuple[Edit, ...]


def mutant(name: str, owner: Any, function: str, old: str, new: str) -> Mutant:
    return Mutant(name, (Edit(owner, function, old, new),))


def edited(edit: Edit) -> Callable[..., Any]:
    """The function with that piece of its text changed."""
    function = inspect.unwrap(getattr(edit.owner, edit.function))
    text = textwrap.dedent(inspect.getsource(function))
    times = text.count(edit.old)
    assert times == 1, f"{edit.function} has {times} times {edit.old!r}: say the mutant anew"
    code = compile(
        text.replace(edit.old, edit.new), f"<mutant of {edit.function}>", "exec", ANNOTATIONS_STAY_TEXT,
        dont_inherit=True,
    )  # fmt: skip
    made: dict[str, Any] = {}
    exec(code, vars(sys.modules[function.__module__]), made)
    changed: Callable[..., Any] = made[edit.function]
    return changed


@contextmanager
def planted(mutant: Mutant) -> Iterator[None]:
    with ExitStack() as stack:
        for edit in mutant.edits:
            stack.enter_context(patch.object(edit.owner, edit.function, edited(edit)))
        yield


COUNTER = """self.lock(("scope", scope))
    head = self.get("scope", scope) or Head()"""
UNLOCKED_COUNTER = """head = self.get("scope", scope) or Head()
    seq = self.store.sequences[scope] = max(self.store.sequences.get(scope, 0), head.seq) + 1
    self.late.append((scope, seq, live, total))
    self.write_rows(scope, rows, seq)
    return seq"""
COUNTER_READ_FIRST = """head = self.get("scope", scope) or Head()
    self.lock(("scope", scope))"""
PRICE_OF_NOW = """totals=checkout.totals if (now := facts.book.rate_at(facts.now)) is None
        else totals(cart.lines, cart.promotion, now, facts.book, facts.now),"""
NEW_IDS = """envelope = envelope.model_copy(update={"id": UUID(int=envelope.id.int ^ 1)})
        disk.outbox.pop(waiting.envelope.id)
        disk.outbox[envelope.id]"""
LEFT_STAYS = """if present is not None and row.op != "u":
            kept[ref] = present
            live, total = live + 1, total + row_hash(*ref, present.version)
        if row.op == "u":"""

MUTANTS = (
    # central: in order, once, and in time
    mutant(
        "a number that came before is taken again", pushing, "_take",
        "group.acks.append((_answer_again(group, envelope), ()))",
        "group.acks.append((apply(group.occasion, envelope, command, group.now).ack, ()))",
    ),
    Mutant("an id that came before is not known again", (
        Edit(MemoryUnit, "find_commands", "for id_ in ids:", "for id_ in ():"),
        Edit(MemoryUnit, "record_commands", 'if self.get("command_id", one.id) is not None:', "if False:"),
    )),
    mutant("a gap in the numbers is taken", pushing, "_take", "envelope.n != group.device.last_n + 1", "False"),
    mutant("a copied disk is not noticed", pushing, "_answer_again", "stored.id != envelope.id", "False"),
    mutant("an answer leaves before its commit", MemoryStore, "pushing", "unit.commit()", "self.never = unit"),
    mutant("a fact can be refused", applying, "_may_be_fact", "model is None or model.fact", "False"),
    mutant("poison is tried for ever", applying, "_trouble", "tries < MOST_TRIES", "True"),
    mutant("the wall clock says when a sale was", sale_time, "sale_time", "envelope.boot == clock.boot", "False"),
    mutant("an order costs what it costs now", checking_out, "_order_of", "totals=checkout.totals,", PRICE_OF_NOW),
    mutant("an old copy of a disk counts on", push, "realign", "expected_n > ledger.last_given() + 1", "False"),
    # the feed
    mutant("positions are given when a row is written", MemoryUnit, "stamp", COUNTER, UNLOCKED_COUNTER),
    mutant("the counter is read before it is locked", MemoryUnit, "stamp", COUNTER, COUNTER_READ_FIRST),
    mutant("a page is cut within a transaction", pulling, "_cut", "n > 0 and rows[n - 1].seq != row.seq", "n > 0"),
    mutant("the floor is held against the cursor alone", pulling, "must_reset", "max(seq, boot)", "seq"),
    mutant("the floor is not looked at", pulling, "must_reset", " or head.floor > max(seq, boot)", ""),
    mutant("where a reading began is not kept", pulling, "_read_scope", "seq, boot = 0, head.seq", "seq, boot = 0, 0"),
    mutant(
        "a restored central believes old cursors", pulling, "pull",
        "another_life = request.epoch is not None and request.epoch != unit.epoch()", "another_life = False",
    ),
    mutant("a desk out of use is answered", pushing, "enter", "device is None or not device.active", "device is None"),
    mutant("everybody sees every branch", seeing, "list_scopes", "staff.role in ALL_BRANCHES", "True"),
    # the desk
    mutant("what waits is shown until the answer comes, not the feed", MemoryLedger, "accept", "at=ack.at", "at={}"),
    mutant(
        "what waits is not shown while its scope is read", MemoryLedger, "finish",
        "scope not in positions or positions[scope] >= seq",
        "scope not in positions or positions[scope] < 0 or positions[scope] >= seq",
    ),
    mutant("a cursor moves without its rows", pull, "_take_patch", "ledger.read_rows(patch.scope, patch.rows)", "pass"),
    mutant("a page that begins elsewhere is taken", pull, "_fits", "patch.from_ == (seq if known else 0)", "True"),
    mutant("what left a scope stays", MemoryLedger, "read_rows", 'if row.op == "u":', LEFT_STAYS),
    mutant("a scope not to be seen any more stays", pull, "take_in", "ledger.keep_scopes(answer.scopes)", "pass"),
    mutant(
        "a scope read anew takes the outbox with it", MemoryLedger, "drop_scope",
        "self._disk.begun.pop(scope, None)", "self._disk.outbox.clear()",
    ),
    mutant("cursors of another life are kept", pull, "_meet", "ledger.forget_cursor(scope)", "pass"),
    mutant(
        "nothing is sent again to a restored central", pull, "_meet",
        "ledger.send_again(answer.resend_after + 1)", "pass",
    ),
    mutant("what is done is forgotten at once", MemoryLedger, "finish", "one.done_at < self._now - KEPT_FOR", "True"),
    mutant("a gap is not closed", push, "realign", "lowest is not None and lowest > expected_n", "False"),
    mutant("counting anew makes new ids", MemoryLedger, "renumber", "disk.outbox[envelope.id]", NEW_IDS),
    mutant("a copied disk goes on counting", keeping, "recover", "ledger.begin_generation()", "pass"),
    mutant("sums are not compared", check, "_agree", "(ours.live, ours.sum) == (theirs.live, theirs.sum)", "True"),
    mutant("sums are taken over from central", check, "compare", "ours = ledger.recount(scope)", "continue"),
    mutant("what differs is never read anew", check, "choose_remedy", "mismatches < MOST_MENDED", "mismatches < 10**9"),
    mutant("a file is put on top of what is there", fill, "keep_block", "if number == 0:", "if False:"),
    mutant("a file counts as whole before its end", fill, "keep_block", "number + 1 == len(offer.blocks)", "True"),
    mutant("blocks of another file count", fill, "count_kept", "ledger.count_blocks(scope, offer.sha256)", "1"),
    mutant("a refused command stays on top", MemoryLedger, "close", "self._touched |= waiting.effects", "pass"),
    mutant("a power cut takes the last commit", Desk, "reboot", "self.boots += 1",
           "self.boots += 1; self.store.restore(self.store.before)"),
    mutant("an image is not a copy", disk.Disk, "copy", "overlay=dict(self.overlay)", "overlay=self.overlay"),
)  # fmt: skip
"""Left out, because something else catches what they do: to forget to put back what was under way (the next request
takes it anyway), to read a document before it is locked (its version is compared when it is written), and to ignore
what a command depends on (the domain refuses what builds on nothing)."""

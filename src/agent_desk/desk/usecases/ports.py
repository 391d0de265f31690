"""What the use cases need of the world, and what every one of them answers with."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Concatenate, Generic, Literal, ParamSpec, Protocol, TypeVar
from uuid import UUID

from agent_desk.domain.aggregate import A, Command, Ref
from agent_desk.domain.decision import Refused
from agent_desk.domain.money import Money
from agent_desk.domain.people import Branch, Staff
from agent_desk.domain.price_book import ExchangeRate, PriceBook
from agent_desk.domain.refusal import Refusal
from agent_desk.domain.rights import Series
from agent_desk.domain.selling import Order, Tender
from agent_desk.domain.shipping import Quote
from agent_desk.domain.till import Through, Till

if TYPE_CHECKING:
    from agent_desk.desk.usecases.rows import (
        CartRow,
        CustomerRow,
        DraftRow,
        HeldScope,
        NoticeRow,
        OrderFilter,
        OrderRow,
        PaperRow,
        ProductRow,
        QuoteRow,
        Ranked,
        ShipmentRow,
        TillRow,
        WaitingRow,
    )

P = ParamSpec("P")
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Done(Generic[R]):
    """It is saved on this desk; `warnings` say what to keep an eye on."""

    value: R
    warnings: tuple[Refusal, ...] = ()


class KnownError(Exception):
    """The world stands in the way: what it is, what to do, and when it is tried again."""

    def __init__(self, code: str, message: str, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.code = code
        """`central.unreachable`, `sign_in.refused`, `disk.full`, ..."""
        self.message = message
        self.retry_after = retry_after
        """Seconds."""


class StoppedError(Exception):
    """Ends an action without a trace; the runner turns it into the `Refused` it carries."""

    def __init__(self, refused: Refused) -> None:
        super().__init__(", ".join(refusal.code for refusal in refused.refusals))
        self.refused = refused


def stop(*refusals: Refusal) -> StoppedError:
    return StoppedError(Refused(refusals=refusals))


@dataclass(frozen=True, slots=True)
class Changes:
    """What one commit touched, and who started it; pages that show any of it ask again."""

    refs: frozenset[Ref]
    by: Literal["here", "central"]
    waiting: bool = False
    """True when the list of what waits to be sent changed too."""

    def touches(self, *kinds: str) -> bool:
        return any(kind in kinds for kind, _ in self.refs)


@dataclass(frozen=True, slots=True)
class Standing:
    """How a document stands beside central's."""

    pending: bool = False
    """Changed here and not yet seen from central."""
    conflict: str = ""
    """Why what was done here no longer fits central's state; empty when it does."""


class Reader(Protocol):
    """One consistent look at the local store; what it gives is plain values."""

    @property
    def now(self) -> datetime:
        """The desk's best estimate of central's time, aware UTC."""
        ...

    @property
    def staff(self) -> Staff:
        """Who is signed in. Raises KnownError `staff.signed_out`."""
        ...

    @property
    def desk(self) -> str:
        """The desk's code, such as GEO-2."""
        ...

    def find(self, kind: type[A], id_: UUID) -> A | None: ...
    def get(self, kind: type[A], id_: UUID) -> A:
        """Raises KnownError `record.missing`."""
        ...

    def list_all(self, kind: type[A]) -> tuple[A, ...]:
        """Every document of a kind of which there are few, such as branches."""
        ...

    def standing(self, ref: Ref) -> Standing: ...
    def book(self) -> PriceBook: ...
    def find_setting(self, key: str) -> str | None: ...
    def last_of_series(self, series: str) -> int:
        """How many numbers of a series this desk has made."""
        ...

    def list_orders(self, wanted: OrderFilter, offset: int, limit: int) -> tuple[OrderRow, ...]: ...
    def count_orders(self, wanted: OrderFilter) -> int: ...
    def search_orders(self, text: str, limit: int) -> Ranked[OrderRow]: ...
    def list_customer_orders(self, customer: UUID, limit: int) -> tuple[OrderRow, ...]: ...
    def search_customers(self, text: str, limit: int) -> Ranked[CustomerRow]: ...
    def search_products(self, text: str, limit: int) -> Ranked[ProductRow]: ...
    def find_product(self, code: str) -> ProductRow | None:
        """By code or barcode, whole."""
        ...

    def search_shipments(self, text: str, limit: int) -> Ranked[ShipmentRow]: ...
    def find_shipment(self, number: str) -> ShipmentRow | None: ...
    def list_unmeasured(self, limit: int) -> tuple[ShipmentRow, ...]:
        """Shipments with pieces that nobody has measured, the oldest first."""
        ...

    def count_unmeasured(self) -> int: ...
    def list_carts(self) -> tuple[CartRow, ...]:
        """Every cart that is not yet an order, the newest first."""
        ...

    def list_quotes(self, customer: UUID | None, limit: int) -> tuple[QuoteRow, ...]: ...
    def find_quote(self, number: str) -> QuoteRow | None: ...
    def list_tills(self, limit: int) -> tuple[TillRow, ...]:
        """The tills of this desk, the newest first."""
        ...

    def sum_through(self, till: UUID) -> Through:
        """What sales and refunds of this desk moved through a till."""
        ...

    def list_waiting(self, limit: int) -> tuple[WaitingRow, ...]:
        """What central has not acknowledged, in order."""
        ...

    def count_waiting(self) -> int: ...
    def sum_unsent_cash(self) -> tuple[Money, int]:
        """Cash taken here that central does not know of, in US dollars, and of how many orders."""
        ...

    def list_held(self) -> tuple[HeldScope, ...]:
        """What is read together with central, and how much of each is here."""
        ...

    def list_losing(self, limit: int) -> tuple[Ref, ...]:
        """Documents that hold a value which was replaced unseen, the newest first."""
        ...

    def list_notices(self) -> tuple[NoticeRow, ...]:
        """What central refused or parked and nobody has settled, the newest first."""
        ...

    def find_draft(self, page: str) -> DraftRow | None: ...
    def list_papers(self, subject: UUID) -> tuple[PaperRow, ...]: ...


class Work(Reader, Protocol):
    """A write in one commit: everything in it is kept, or nothing."""

    def new_id(self) -> UUID: ...
    def next_number(self, series: Series) -> str:
        """The next of this desk's own; given back when the action is stopped."""
        ...

    def do(self, command: Command) -> None:
        """Decides the command and keeps its outcome, to be sent. Raises StoppedError when it is refused."""
        ...

    def warn(self, warning: Refusal) -> None:
        """Said with the outcome."""
        ...

    def keep_setting(self, key: str, value: str | None) -> None: ...
    def keep_draft(self, page: str, body: Mapping[str, Any] | None) -> None: ...
    def keep_paper(self, paper: PaperRow) -> None: ...
    def settle_notice(self, notice: int, reason: str) -> None: ...


class Runner(Protocol):
    """Runs use cases on the store's own threads, so that the window never waits."""

    def reading(self, query: Callable[Concatenate[Reader, P], R]) -> Callable[P, Coroutine[Any, Any, R]]: ...
    def acting(
        self, action: Callable[Concatenate[Work, P], R]
    ) -> Callable[P, Coroutine[Any, Any, Done[R] | Refused]]: ...
    def trying(self, action: Callable[Concatenate[Work, P], R]) -> Callable[P, Coroutine[Any, Any, Done[R] | Refused]]:
        """The outcome an action would have; nothing is kept."""
        ...

    def subscribe(self, listener: Callable[[Changes], None]) -> Callable[[], None]:
        """Calls on the thread of the event loop after every commit; answers with the way out."""
        ...


class Papers(Protocol):
    """Turns documents into PDF files."""

    def receipt(self, order: Order, tender: Tender, branch: Branch | None, vat_percent: Decimal, copy: int) -> bytes:
        """`copy` is 0 for the receipt itself, then which copy of it this is."""
        ...

    def quote(self, quote: Quote, rate: ExchangeRate | None) -> bytes: ...
    def till(self, till: Till, through: Through, branch: Branch | None) -> bytes: ...


class PaperFolder(Protocol):
    """Where papers are kept on this machine."""

    def save(self, name: str, body: bytes) -> str:
        """The path of the file, which is whole or absent. Raises KnownError `disk.full` or `disk.refused`."""
        ...


ConnectionState = Literal["online", "sending", "offline", "signing_in", "update_needed", "revoked"]


@dataclass(frozen=True, slots=True)
class Connection:
    """What the pill says."""

    state: ConnectionState
    waiting: int = 0
    since: datetime | None = None
    next_try_at: datetime | None = None

    @property
    def words(self) -> str:
        match self.state:
            case "online":
                return "Online"
            case "sending":
                return f"Online, {self.waiting} sending"
            case "offline":
                return f"Offline, {self.waiting} waiting" if self.waiting else "Offline"
            case "signing_in":
                return "Signing in"
            case "update_needed":
                return "Update needed"
            case "revoked":
                return "Desk revoked"


@dataclass(frozen=True, slots=True)
class SyncProgress:
    """How far a first sync is."""

    scope: str
    rows: int
    of: int


@dataclass(frozen=True, slots=True)
class SyncReport:
    """What the last round did, step by step."""

    at: datetime
    sent: int = 0
    refused: int = 0
    rows: int = 0
    received_bytes: int = 0
    agreed_rows: int = 0
    clock_off_ms: int = 0
    repaired: tuple[str, ...] = ()
    """Scopes that did not agree with central and are read again."""


@dataclass(frozen=True, slots=True)
class LinkState:
    """Everything the sync loop tells about itself."""

    connection: Connection
    report: SyncReport | None = None
    progress: Mapping[str, SyncProgress] = field(default_factory=dict)
    """By scope, while a first sync runs."""
    can_start: bool = False
    """Customers and prices are in: the counter can begin."""
    trouble: str = ""
    """The last error as a sentence; empty when all is well."""
    live: bool = False
    """Changes elsewhere are heard of at once; else central is asked every few seconds."""


class Link(Protocol):
    """The sync loop as the window sees it."""

    @property
    def state(self) -> LinkState: ...
    def try_now(self) -> None:
        """Asks central at once, whatever the back-off says."""
        ...

    def subscribe(self, listener: Callable[[LinkState], None]) -> Callable[[], None]: ...

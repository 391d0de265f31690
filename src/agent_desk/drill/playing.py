"""A desk's real window without a screen, selling by its keys until it is ended or killed.

Run as `python -m agent_desk.drill.playing FOLDER CENTRAL DESK [SALES]`; what happens goes to FOLDER/events.log.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

os.environ["QT_QPA_PLATFORM"] = "offscreen"

from agent_desk.desk.bootstrap import Counter, Options, make_application, open_counter
from agent_desk.desk.ui.event_loop import run_on
from agent_desk.desk.ui.touring.scenes import LONG, Stage
from agent_desk.desk.ui.touring.selling import Box, Goods, Seller
from agent_desk.domain.people import Role
from agent_desk.sample import find_account

PASSPHRASE = "blackout drill"  # noqa: S105 - of a folder that is thrown away
EVENTS = "events.log"
GOODS = Goods(
    customer="Indranie",
    boxes=(Box("Carton, books", "20", ("18", "12", "12")),),
    product="Packing tape",
    barcode="7450010000551",
)


async def sell(counter: Counter, sales: int) -> None:
    """Sells so often and sends it all; for ever with zero."""
    window, desk = counter.window, counter.desk
    assert window is not None, "the desk is open"
    assert desk is not None, "the desk is open"
    stage = await Stage.enter(counter.shell, window, desk.use_cases.sync)
    seller = Seller(stage.player, window, lambda step: counter.journal("sale.step", step=step))
    await stage.player.until(lambda: _is_stocked(seller, stage), "everything that is sold here", LONG)
    done = 0
    while not sales or done < sales:
        await seller.sell(GOODS)
        done += 1
        counter.journal("sale.done", sales=done)
    await stage.connected()


def _is_stocked(seller: Seller, stage: Stage) -> bool:
    """Whether the first sync is done; a desk without a link sells what it has."""
    link = stage.link.state.connection.state
    return link == "online" or (link == "offline" and seller.quote.state.rules is not None)


def main(folder: Path, central: str, desk: str, sales: int) -> int:
    account = find_account(Role.AGENT)
    folder.mkdir(parents=True, exist_ok=True)
    options = Options(
        central_url=central,
        desk=desk,
        folder=folder,
        passphrase=PASSPHRASE,
        log=folder / EVENTS,
        login=account.login,
        password=account.password,
    )
    app = make_application(options)

    async def play() -> None:
        async with open_counter(app, options) as counter:
            await sell(counter, sales)

    run_on(app, play)
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), sys.argv[2], sys.argv[3], int(sys.argv[4]) if len(sys.argv) > 4 else 0))

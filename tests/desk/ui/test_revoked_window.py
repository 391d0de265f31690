"""The real window of a desk that is revoked while it stands open, by a real central over HTTP."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QApplication

from agent_desk.central.bootstrap import Central
from agent_desk.central.usecases.revoking import revoke
from agent_desk.desk.bootstrap import Counter, Options, open_counter
from agent_desk.desk.ui.event_loop import run_on
from agent_desk.desk.ui.looking import check
from agent_desk.desk.ui.parts.text import Text
from agent_desk.desk.ui.revoked import RevokedSheet
from tests.desk.sync.branch import PASSWORD, at_central
from tests.desk.ui.patience import until
from tests.desk.workshop import SetClock, done
from tests.fakes.served import served


def said(counter: Counter) -> str:
    sheets = [sheet for sheet in counter.shell.findChildren(RevokedSheet) if sheet.isVisible()]
    return " ".join(text.text() for sheet in sheets for text in sheet.findChildren(Text))


def test_the_window_says_what_was_handed_over_and_the_files_are_gone(
    app: QApplication, new_central: Central, central_clock: SetClock, tmp_path: Path
) -> None:
    gone = "Desk GEO-9 was taken out of use. 1 unsent action was handed over to central."

    async def story(url: str) -> None:
        options = Options(url, "GEO-9", tmp_path, passphrase="told by nobody", login="agent", password=PASSWORD)
        async with open_counter(app, options) as counter:
            desk = counter.desk
            assert desk is not None
            await until(lambda: desk.loop.state.connection.state == "online")
            revoke(new_central.database, "GEO-9", central_clock.now())
            done(await desk.use_cases.carting.open_cart())
            await until(lambda: gone in said(counter))
            assert not (tmp_path / "desk.db").exists()
            assert check(counter.shell) == []
            assert counter.shell.top.pill.accessibleName() != ""
        async with open_counter(app, options) as again:
            await until(lambda: gone in said(again))
            assert again.desk is None

    with served(new_central) as url:
        run_on(app, lambda: story(url))
    left = {path.name for path in tmp_path.rglob("*")}
    assert left == {"desk.lock", "revoked.json"}
    assert at_central(new_central, "select count(*) from quarantine") == [(1,)]

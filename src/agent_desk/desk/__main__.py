"""`agent-desk desk`: the counter's window."""

from __future__ import annotations

import argparse
import gc
import os
import re
import sys
from pathlib import Path

DEFAULT_CENTRAL = "http://127.0.0.1:8470"


def run(args: list[str]) -> int:
    """Opens the window; 0 after it was closed, 1 where a file could not be made or used, 2 for unusable arguments."""
    try:
        chosen = _parser().parse_args(args)
        size = _size(chosen.size) if chosen.size else None
    except SystemExit as stop:
        return stop.code if isinstance(stop.code, int) else 2
    if chosen.hand_over is not None or chosen.take_in is not None:
        from agent_desk.desk.handing_on import hand_over, take_in

        folder = chosen.data or _folder(chosen.desk)
        passphrase = os.environ.get("AGENT_DESK_PASSPHRASE", "")
        if chosen.hand_over is not None:
            return hand_over(chosen.central, chosen.desk, folder, passphrase, chosen.hand_over)
        return take_in(chosen.central, chosen.desk, folder, passphrase, chosen.take_in)
    gc.disable()  # not while it loads; later in the window's thread alone, see `Tidying`
    from agent_desk.desk.bootstrap import Options, run_counter

    return run_counter(
        Options(
            central_url=chosen.central,
            desk=chosen.desk,
            folder=chosen.data or _folder(chosen.desk),
            passphrase=os.environ.get("AGENT_DESK_PASSPHRASE", ""),
            dark=chosen.dark,
            size=size,
            log=chosen.log,
            login=chosen.sign_in,
            password=os.environ.get("AGENT_DESK_PASSWORD", ""),
            with_parent=chosen.with_parent,
            offline_days=chosen.offline_days,
        )
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="agent-desk desk", description="Open the counter's window.")
    code = os.environ.get("AGENT_DESK_CODE", "")
    central = os.environ.get("AGENT_DESK_CENTRAL", DEFAULT_CENTRAL)
    parser.add_argument("--desk", default=code, required=not code, help="this desk's code, such as GEO-2")
    parser.add_argument("--central", default=central, metavar="URL", help="where central is (%(default)s)")
    parser.add_argument("--data", type=Path, metavar="DIR", help="database, papers, backups of this desk")
    parser.add_argument("--dark", action="store_true", help="the dark theme")
    parser.add_argument(
        "--size",
        default="",
        metavar="WxH",
        help="of the window, in pixels (1366x768, or the whole of a smaller screen)",
    )
    parser.add_argument("--log", type=Path, metavar="FILE", help="append what happens as JSON lines, nothing personal")
    parser.add_argument("--sign-in", default="", metavar="LOGIN", help="at once, with the AGENT_DESK_PASSWORD given")
    parser.add_argument(
        "--offline-days",
        type=_days,
        default=7,
        metavar="N",
        help="without a word of central for longer, lock until somebody signs in there (%(default)s)",
    )
    files = parser.add_mutually_exclusive_group()
    files.add_argument(
        "--hand-over",
        type=Path,
        metavar="FILE",
        help="write what waits on this desk into a file, from its folder alone, and end",
    )
    files.add_argument(
        "--take-in", type=Path, metavar="FILE", help="take in such a file of another desk, bring it to central, and end"
    )
    parser.add_argument("--with-parent", action="store_true", help="end when standard input closes")
    return parser


def _size(text: str) -> tuple[int, int]:
    match = re.fullmatch(r"([0-9]{3,5})x([0-9]{3,5})", text)
    if match is None:
        sys.stderr.write("--size is written like 1366x768.\n")
        raise SystemExit(2)
    return int(match[1]), int(match[2])


def _days(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 90:
        raise argparse.ArgumentTypeError("a number from 1 to 90")
    return int(text)


def _folder(desk: str) -> Path:
    import platformdirs

    return Path(platformdirs.user_data_dir("agent-desk", appauthor=False)) / desk


if __name__ == "__main__":
    sys.exit(run(sys.argv[1:]))

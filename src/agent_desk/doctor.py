"""Says what this machine lacks to run the desk or central, and what to do about it."""

from __future__ import annotations

import ctypes.util
import importlib.metadata
import os
import re
import shutil
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from agent_desk.resources import resource_path

WINDOW_LIBRARIES = (
    ("EGL", "libegl1"),
    ("GL", "libgl1"),
    ("xkbcommon", "libxkbcommon0"),
    ("fontconfig", "libfontconfig1"),
    ("dbus-1", "libdbus-1-3"),
)
SCREEN_LIBRARIES = (
    ("xcb-cursor", "libxcb-cursor0"),
    ("xcb-icccm", "libxcb-icccm4"),
    ("xcb-keysyms", "libxcb-keysyms1"),
    ("xkbcommon-x11", "libxkbcommon-x11-0"),
)
LEAST_FREE = 500 * 1024 * 1024
CARD_KEY = re.compile(r"(sk|rk)_(live|test)_\w{6,}")
WEBHOOK_SECRET = re.compile(r"whsec_[\w+/=]{6,}")
MOST_SECRETS = 5
"""As `StripeSettings` takes."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at; `remedy` is what to do, empty when all is well."""

    what: str
    found: str
    remedy: str = ""
    needed: bool = True
    """False where the desk runs without it."""


def check_python() -> Finding:
    found = ".".join(str(part) for part in sys.version_info[:3])
    fits = (3, 11) <= sys.version_info[:2] < (3, 14)
    return Finding("Python", found, "" if fits else "Install Python 3.11, 3.12 or 3.13.")


def check_libraries() -> Finding:
    """System libraries of the window; on other systems than Linux they come with Qt."""
    if not sys.platform.startswith("linux"):
        return Finding("Window libraries", "come with the program")
    missing = [
        package for name, package in (*WINDOW_LIBRARIES, *SCREEN_LIBRARIES) if not ctypes.util.find_library(name)
    ]
    if not missing:
        return Finding("Window libraries", "all there")
    return Finding("Window libraries", "some missing", f"sudo apt-get install -y {' '.join(missing)}")


def check_screen() -> Finding:
    if not sys.platform.startswith("linux") or os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"):
        return Finding("Screen", "there is one", needed=False)
    return Finding("Screen", "none", "The demo then plays a sale without one and keeps its pictures.", needed=False)


def check_window() -> Finding:
    version = importlib.metadata.version("PySide6_Essentials")
    lossy = version.startswith("6.12") and sys.version_info < (3, 12)
    return Finding("PySide6", version, "Install PySide6 below 6.12 on this Python." if lossy else "")


def check_encryption() -> Finding:
    """Opens an encrypted database, and that another key does not."""
    from sqlcipher3 import dbapi2

    with tempfile.TemporaryDirectory() as folder:
        path = str(Path(folder) / "try.db")
        for key, opens in (("aa", True), ("bb", False)):
            connection = dbapi2.connect(path)
            try:
                connection.execute("PRAGMA cipher_log_level=NONE")
                connection.execute(f"PRAGMA key = \"x'{key * 32}'\"")
                connection.execute("CREATE TABLE IF NOT EXISTS t (a)")
                opened = True
            except dbapi2.DatabaseError:
                opened = False
            finally:
                connection.close()
            if opened is not opens:
                return Finding(
                    "Encrypted store", "does not protect", "Install the program again: sqlcipher3 is broken."
                )
        version = dbapi2.sqlite_version
    return Finding("Encrypted store", f"SQLCipher on SQLite {version}")


def check_keyring() -> Finding:
    import keyring

    backend = type(keyring.get_keyring())
    name = f"{backend.__module__}.{backend.__qualname__}"
    if "fail" in backend.__module__ or "null" in backend.__module__:
        return Finding("Keyring", "none", "The desk asks for a passphrase instead.", needed=False)
    return Finding("Keyring", name, needed=False)


def check_resources() -> Finding:
    try:
        for name in ("fonts", "icons", "sample"):
            resource_path(name)
    except FileNotFoundError as error:
        return Finding("Resources", f"without {error}", "Install the program again.")
    return Finding("Resources", "all there")


def check_disk() -> Finding:
    free = shutil.disk_usage(Path.home()).free
    found = f"{free // 1024**2:,} MB free"
    return Finding("Disk", found, "" if free > LEAST_FREE else "Free 500 MB.")


def check_cards() -> Finding:
    """The keys of a central that is started from this environment; none of them is ever printed."""
    from agent_desk.central.gateways.stripe_cards.settings import KEY, WEBHOOK_SECRETS

    key = os.environ.get(KEY, "").strip()
    secrets = [one.strip() for one in os.environ.get(WEBHOOK_SECRETS, "").split(",") if one.strip()]
    if not key and not secrets:
        return Finding("Cards", "no keys here", "A central started here takes no cards.", needed=False)
    told = []
    if not CARD_KEY.fullmatch(key):
        told.append(f"{KEY} is a secret key of Stripe's: sk_live_…, or rk_live_… with fewer rights.")
    if not secrets or not all(WEBHOOK_SECRET.fullmatch(one) for one in secrets):
        told.append(f"{WEBHOOK_SECRETS} is the signing secret of Stripe's webhook endpoint: whsec_….")
    if len(secrets) > MOST_SECRETS:
        told.append(f"{WEBHOOK_SECRETS} holds at most {MOST_SECRETS} secrets: take out what Stripe no longer uses.")
    if told:
        return Finding("Cards", "the keys cannot be right", " ".join(told))
    if "_test_" in key:
        return Finding("Cards", "test keys", "No real card is charged: live keys are named …_live_….", needed=False)
    return Finding("Cards", "live keys")


def check_mmg() -> Finding:
    """MMG's package for a central that is started from this environment; none of it is ever printed."""
    from agent_desk.central.gateways.mmg.settings import read_mmg

    try:
        settings = read_mmg(os.environ)
    except ValueError as error:
        return Finding("MMG", "the package cannot be right", f"{error} See docs/going-live.md.")
    if settings is None:
        return Finding("MMG", "no package here", "A central started here takes no MMG.", needed=False)
    if settings.real_money:
        return Finding("MMG", f"real money, merchant {settings.merchant}")
    return Finding(
        "MMG", "test package", "No real money moves: live addresses end in mymmg.gy or mmg.gy.", needed=False
    )


CHECKS: tuple[Callable[[], Finding], ...] = (
    check_python,
    check_libraries,
    check_screen,
    check_window,
    check_encryption,
    check_keyring,
    check_resources,
    check_disk,
    check_cards,
    check_mmg,
)


def run(args: list[str]) -> int:
    """Prints one line a finding; 0 when nothing needed is missing, 2 when asked for something else."""
    if args:
        sys.stdout.write("usage: agent-desk doctor\n\nSays what this machine lacks to run the desk or central.\n")
        return 0 if args[0] in {"-h", "--help"} else 2
    lacking = 0
    for check in CHECKS:
        try:
            finding = check()
        except (ImportError, importlib.metadata.PackageNotFoundError) as error:
            finding = Finding(check.__name__.removeprefix("check_"), str(error), "Install the program again.")
        bad = bool(finding.remedy) and finding.needed
        lacking += bad
        mark = "LACKS" if bad else "note " if finding.remedy else "ok   "
        sys.stdout.write(f"{mark} {finding.what}: {finding.found}\n")
        if finding.remedy:
            sys.stdout.write(f"      {finding.remedy}\n")
    return 1 if lacking else 0

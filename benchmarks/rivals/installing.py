"""The others, installed once into a cache folder of their own."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

from benchmarks.programs import REPOSITORY

CACHE = REPOSITORY / ".cache" / "peers"
POUCH = {"pouchdb": "9.0.0", "express-pouchdb": "4.2.0"}
ANKI = "anki==26.9.3"
DONE = "installed"
GIVES_UP_AFTER = 600.0


class LeftOutError(Exception):
    """One of the others cannot be had here; the message says why."""


def install_pouch() -> Path:
    """The folder whose packages `pouch.js` uses; raises LeftOutError."""
    folder = CACHE / "pouch"
    missing = [name for name in ("node", "npm") if shutil.which(name) is None]
    if missing:
        raise LeftOutError(f"PouchDB is left out: there is no {' and no '.join(missing)} on this machine.")
    if not _is_done(folder, json.dumps(POUCH)):
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        (folder / "package.json").write_text(json.dumps({"private": True, "dependencies": POUCH}))
        # what it needs of other languages comes made within its packages
        _run("PouchDB", ["npm", "install", "--ignore-scripts", "--no-audit", "--no-fund", "--silent"], folder)
        (folder / DONE).write_text(json.dumps(POUCH))
    return folder


def install_anki() -> Path:
    """The interpreter that has it; raises LeftOutError."""
    folder = CACHE / "anki"
    python = folder / "bin" / "python"
    if not _is_done(folder, ANKI):
        shutil.rmtree(folder, ignore_errors=True)
        folder.parent.mkdir(parents=True, exist_ok=True)
        _run("Anki", [sys.executable, "-m", "venv", str(folder)], folder.parent)
        _run("Anki", [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", ANKI], folder)
        (folder / DONE).write_text(ANKI)
    return python


def _is_done(folder: Path, what: str) -> bool:
    done = folder / DONE
    return done.is_file() and done.read_text() == what


def _run(name: str, command: list[str], folder: Path) -> None:
    try:
        subprocess.run(command, cwd=folder, check=True, capture_output=True, timeout=GIVES_UP_AFTER)
    except (OSError, subprocess.SubprocessError) as error:
        said = getattr(error, "stderr", None) or b""
        last = said.decode(errors="replace").strip().rpartition("\n")[2] or str(error)
        raise LeftOutError(f"{name} is left out: it could not be installed ({last}).") from error

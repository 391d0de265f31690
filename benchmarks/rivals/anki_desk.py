"""A desk of Anki's, or its sync server: run by the interpreter that has `anki`, with `serve` or a folder.

It imports nothing of this project: `talking.serve` is written out again at its end.
"""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

MODULUS = 2**64
LOGIN, PASSWORD = "bench", "for the benchmark alone"
TRIES_EVERY = 0.05
TRIES_FOR = 20.0
"""Seconds, after which its own words are the answer: a desk that never gets through would try for ever."""
Spoken = dict[str, Any]


class AnkiDesk:
    """A note a document: its id, its text, and a field that is changed."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._collection: Any = None
        self._auth: Any = None

    def open(self, name: str, url: str) -> Spoken:
        from anki.collection import Collection  # type: ignore[import-not-found]  # in its own interpreter

        if self._collection is None:
            self._collection = Collection(str(self._folder / f"{name}.anki2"))
        self._auth = self._collection.sync_login(LOGIN, PASSWORD, url)
        self._auth.endpoint = url
        return {"synchronous": self._collection.db.scalar("pragma synchronous")}

    def load(self, file: str, fields: list[str]) -> Spoken:
        from anki.collection import AddNoteRequest
        from anki.decks import DeckId  # type: ignore[import-not-found]  # in its own interpreter

        models = self._collection.models
        kind = models.by_name("Document")
        if kind is None:
            kind = models.new("Document")
            for name in ("id", "text", *fields):
                models.add_field(kind, models.new_field(name))
            template = models.new_template("Card")
            template["qfmt"], template["afmt"] = "{{id}}", "{{text}}"
            models.add_template(kind, template)
            models.add(kind)
            kind = models.by_name("Document")
        requests = []
        for line in Path(file).read_text("utf-8").splitlines():
            note = self._collection.new_note(kind)
            note["id"], note["text"] = json.loads(line)["id"], line
            requests.append(AddNoteRequest(note=note, deck_id=DeckId(1)))
        self._collection.add_notes(requests)
        return {}

    def sync(self) -> Spoken:
        began = time.monotonic()
        self._until_done(self._sync)
        return {"seconds": time.monotonic() - began}

    def whole(self, upload: bool) -> Spoken:
        """The whole file one way, as Anki does where one side is new."""

        def transfer() -> None:
            self._collection.close_for_full_sync()
            try:
                self._collection.full_upload_or_download(auth=self._auth, server_usn=None, upload=upload)
            finally:
                # its core opens the file again however the transfer ended; this joins it there
                self._collection.reopen(after_full_sync=True)

        began = time.monotonic()
        self._until_done(transfer)
        return {"seconds": time.monotonic() - began}

    def content(self) -> Spoken:
        total = count = 0
        for text in self._texts():
            count += 1
            total += int.from_bytes(hashlib.sha256(text.encode()).digest()[-8:], "big")
        return {"count": count, "sum": f"{total % MODULUS:016x}"}

    def change(self, id: str, note: str) -> Spoken:  # noqa: A002 - as everybody calls it
        began = time.monotonic()
        self._write(id, "note", note)
        self._until_done(self._sync)
        return {"began": began, "seconds": time.monotonic() - began}

    def edit(self, edits: list[tuple[str, str, str]]) -> Spoken:
        for id_, field, value in edits:
            self._write(id_, field, value)
        return {}

    def found(self, ids: list[str]) -> Spoken:
        notes = [self._note(id_) for id_ in ids]
        return {"stands": [dict(note.items()) for note in notes]}

    def close(self) -> Spoken:
        if self._collection is not None:
            self._collection.close()
            self._collection = None
        return {}

    def _sync(self) -> None:
        done = self._collection.sync_collection(self._auth, False)
        if done.required not in (done.NO_CHANGES, done.NORMAL_SYNC):
            raise LookupError(f"a whole transfer is wanted: {done.required}")

    def _until_done(self, work: Callable[[], None]) -> None:
        from anki.errors import NetworkError, SyncError  # type: ignore[import-not-found]  # in its own interpreter

        until = time.monotonic() + TRIES_FOR
        while True:
            try:
                work()
            except (NetworkError, SyncError):
                if time.monotonic() > until:
                    raise
                time.sleep(TRIES_EVERY)
            else:
                return

    def _note(self, id_: str) -> Any:
        (found,) = self._collection.find_notes(f'"id:{id_}"')
        return self._collection.get_note(found)

    def _write(self, id_: str, field: str, value: str) -> None:
        note = self._note(id_)
        note[field] = value
        self._collection.update_note(note)

    def _texts(self) -> list[str]:
        return [row[0].split("\x1f")[1] for row in self._collection.db.all("select flds from notes")]


def serve_anki() -> None:
    """Anki's own server, ended with this process's standard input: it lets no other thread beside it look."""
    # it says every request on standard output, which nobody here reads: a full pipe would stop it
    server = subprocess.Popen(
        [sys.executable, "-m", "anki.syncserver"], stdin=subprocess.DEVNULL, stdout=sys.stderr.buffer
    )
    try:
        sys.stdin.buffer.read()
    finally:
        server.kill()
        server.wait()


def main() -> None:
    if sys.argv[1] == "serve":
        serve_anki()
        return
    desk = AnkiDesk(Path(sys.argv[1]))
    for line in sys.stdin:
        told = json.loads(line)
        try:
            said = getattr(desk, told.pop("do"))(**told)
        # whatever it is, whoever asked hears of it
        except Exception as error:  # noqa: BLE001
            said = {"error": f"{type(error).__name__}: {error}"}
        print(json.dumps(said), flush=True)
    desk.close()


if __name__ == "__main__":
    main()

"""A screen of its own (Xvfb with a window manager), looked at and typed on as a person would."""

from __future__ import annotations

import os
import struct
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self

from PIL import Image, ImageChops

WIDE, TALL = 1400, 860
DEPTH = 24
TYPED_GAP_MS = 95
"""Slower than a scanner, so that what is typed is not taken for a scan."""
SCANNED_GAP_MS = 2
LOOKS_EVERY = 0.02
CALM_LOOKS = 16
"""About half a second: an answer that is still on its way comes sooner."""
CURSOR_WIDE = 3
Area = tuple[int, int, int, int]
"""Left, top, right, bottom, in px of the screen."""


def wait_until(holds: Callable[[], bool], what: str, within: float = 30.0) -> None:
    """Returns as soon as `holds()`; fails with `what` after so many seconds."""
    until = time.monotonic() + within
    while not holds():
        assert time.monotonic() < until, f"Waited {within:.0f} s for {what}."
        time.sleep(LOOKS_EVERY)


class Screen:
    """An X screen on a free display; everything on it is ended with the block."""

    def __init__(self) -> None:
        self._ends = ExitStack()
        self._folder = Path(self._ends.enter_context(tempfile.TemporaryDirectory(prefix="agent-desk-screen-")))
        self.display = ""

    def __enter__(self) -> Self:
        reads, writes = os.pipe()
        server = subprocess.Popen(
            [
                *("Xvfb", "-displayfd", str(writes), "-screen", "0", f"{WIDE}x{TALL}x{DEPTH}"),
                *("-fbdir", str(self._folder), "-nolisten", "tcp", "-noreset"),
                "-r",  # a key that a busy machine lets go of late is not pressed again by itself
            ],
            pass_fds=(writes,),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self._ends.callback(_end, server)
        os.close(writes)
        with os.fdopen(reads) as said:
            number = said.readline().strip()
        if not number:
            self._ends.close()
            message = "Xvfb did not start."
            raise OSError(message)
        self.display = f":{number}"
        manager = subprocess.Popen(
            ["openbox", "--sm-disable"],
            env=self.environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self._ends.callback(_end, manager)
        wait_until(lambda: self._ask("get_num_desktops").returncode == 0, "the window manager")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ends.close()

    @property
    def environment(self) -> dict[str, str]:
        """What a program needs to open its window here."""
        around = {key: value for key, value in os.environ.items() if key not in {"WAYLAND_DISPLAY", "QT_QPA_PLATFORM"}}
        return {**around, "DISPLAY": self.display, "QT_QPA_PLATFORM": "xcb"}

    def bring_to_front(self, pid: int) -> None:
        """Gives the keyboard to the window of a process."""
        window = ""

        def shown() -> bool:
            nonlocal window
            window = next(iter(self._windows(pid)), "")
            return bool(window)

        wait_until(shown, f"the window of {pid}")
        assert self._ask("windowactivate", "--sync", window).returncode == 0
        wait_until(lambda: self._ask("getactivewindow").stdout.strip() == window, "the window in front")

    def close(self, pid: int) -> None:
        """Closes the window of a process as its frame does, and sees it go."""
        self.bring_to_front(pid)
        self.press("alt+F4")
        wait_until(lambda: not self._windows(pid), f"the window of {pid} to go")

    def _windows(self, pid: int) -> list[str]:
        return self._ask("search", "--onlyvisible", "--pid", str(pid), "--name", "Agent Desk").stdout.split()

    def press(self, *keys: str) -> None:
        """Presses keys by their X names: `F9`, `ctrl+k`, `Return`."""
        for key in keys:
            assert self._ask("key", "--clearmodifiers", key).returncode == 0

    def type(self, text: str) -> None:
        """Types at the speed of a hand."""
        assert self._ask("type", "--clearmodifiers", "--delay", str(TYPED_GAP_MS), text).returncode == 0

    def scan(self, code: str) -> None:
        """Types letters and digits at the speed of a scanner, Enter at the end."""
        assert self._ask("key", "--clearmodifiers", "--delay", str(SCANNED_GAP_MS), *code, "Return").returncode == 0

    def look(self) -> Image.Image:
        """What the screen shows now."""
        content = (self._folder / "Xvfb_screen0").read_bytes()
        head = struct.unpack(">25I", content[:100])
        header_size, width, height, stride, colours = head[0], head[4], head[5], head[12], head[19]
        start = header_size + colours * 12
        return Image.frombuffer("RGB", (width, height), content[start:], "raw", "BGRX", stride, 1)

    @contextmanager
    def changing(self, what: str, area: Area | None = None, within: float = 30.0) -> Iterator[None]:
        """Returns when the block's keys have changed what the area shows, and it has come to rest."""
        before = self._part(area)
        yield
        wait_until(lambda: not _alike(self._part(area), before), f"{what} to show", within)
        self.rest(area)

    def rest(self, area: Area | None = None) -> None:
        """Returns when the area looks the same several times in a row."""
        last, same = self._part(area), 0

        def calm() -> bool:
            nonlocal last, same
            now = self._part(area)
            same = same + 1 if _alike(now, last) else 0
            last = now
            return same >= CALM_LOOKS

        wait_until(calm, "the screen to rest")

    def keep(self, path: Path) -> None:
        """Keeps a picture of the screen."""
        path.parent.mkdir(parents=True, exist_ok=True)
        self.look().save(path)

    def _part(self, area: Area | None) -> Image.Image:
        picture = self.look()
        return picture if area is None else picture.crop(area)

    def _ask(self, *words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["xdotool", *words], env=self.environment, capture_output=True, text=True, check=False, timeout=60
        )


def _alike(one: Image.Image, other: Image.Image) -> bool:
    """Whether a person would see the same; a blinking cursor is no change."""
    box = ImageChops.difference(one, other).getbbox()
    return box is None or box[2] - box[0] <= CURSOR_WIDE


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    process.wait(20)

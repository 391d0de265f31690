"""What the pages are made of is read on the window's own thread."""

from __future__ import annotations

import subprocess
import sys

READ = """
import asyncio, sys, threading

from agent_desk.desk.ui.pages import read_ahead

elsewhere, here = set(), set()

def saw(event, args):
    if event == "import" and args[0].startswith(("agent_desk.desk.ui", "PySide6")):
        (here if threading.current_thread() is threading.main_thread() else elsewhere).add(args[0])

async def read():
    turns = asyncio.ensure_future(count())
    for key in ("quote", "cart", "measure", "orders", "sync", "till"):
        await read_ahead(key)
    turns.cancel()

taken = [0]

async def count():
    while True:
        taken[0] += 1
        await asyncio.sleep(0)

sys.addaudithook(saw)
asyncio.run(read())
print(len(here) > 50, sorted(elsewhere), taken[0] > 50)
"""


def test_pages_are_read_on_the_thread_of_the_window_which_answers_in_between() -> None:
    # a class that is defined on another thread while Qt asks for one without the interpreter's lock ends the program
    said = subprocess.run([sys.executable, "-c", READ], capture_output=True, text=True, check=True, timeout=60)
    assert said.stdout.split() == ["True", "[]", "True"]

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from agent_desk.cli import app

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/check-and-quote.md").read_text(encoding="utf-8")
BLOCK = re.compile(r"^```(\w+)(?: (\S+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
LEFT_OUT = "..."


def files() -> dict[str, str]:
    """The example files of the page, by name."""
    return {name: text for _, name, text in BLOCK.findall(PAGE) if name}


def examples() -> Iterator[tuple[str, list[str]]]:
    """Every command of the page with the lines it is said to write."""
    for language, _, text in BLOCK.findall(PAGE):
        if language != "console":
            continue
        for part in re.split(r"^\$ ", text, flags=re.MULTILINE)[1:]:
            command, *lines = part.splitlines()
            yield command, lines


def agrees(said: list[str], shown: list[str]) -> bool:
    """Whether `said` is `shown`, where lines of dots stand for any number of lines."""
    if not shown:
        return not said
    if shown[0] == LEFT_OUT:
        return any(agrees(said[at:], shown[1:]) for at in range(len(said) + 1))
    return bool(said) and said[0] == shown[0] and agrees(said[1:], shown[1:])


def test_every_example_on_the_page_does_what_it_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name, text in files().items():
        Path(name).write_text(text, encoding="utf-8")
    code, ran = 0, 0
    for command, shown in examples():
        if command == "echo $?":
            assert shown == [str(code)]
            continue
        program, *arguments = shlex.split(command)
        assert program == "agent-desk"
        told = CliRunner().invoke(app, arguments)
        code, ran = told.exit_code, ran + 1
        said = (told.stdout + told.stderr).splitlines()
        assert agrees(said, shown), f"{command} says:\n{told.output}"
    assert ran >= 6
    assert Path("quote.pdf").read_bytes().startswith(b"%PDF")


def test_lines_of_dots_stand_for_any_number_of_lines() -> None:
    assert agrees(["a", "b", "c"], ["a", LEFT_OUT])
    assert agrees(["a"], ["a", LEFT_OUT])
    assert not agrees(["a", "b"], ["a"])
    assert not agrees(["a", "b"], [LEFT_OUT, "c"])

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from agent_desk.cli import app

ROOT = Path(__file__).parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
RECORDS = sorted((ROOT / "docs/decisions").glob("[0-9]*.md"))
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
FENCE = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
COMMAND = re.compile(r"agent-desk (?:desk|central|demo|tour|check|quote|doctor)\b[^\n`#]*")


def words_of(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def name_of(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


def anchors(page: Path) -> set[str]:
    """The names under which headings of a page can be linked to."""
    titles = HEADING.findall(FENCE.sub("", words_of(page)))
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


def links() -> Iterator[tuple[Path, str]]:
    for page in PAGES:
        for target in LINK.findall(FENCE.sub("", words_of(page))):
            if "://" not in target and not target.startswith("mailto:"):
                yield page, target


def leads_somewhere(page: Path, target: str) -> bool:
    path, _, anchor = target.partition("#")
    found = (page.parent / path).resolve() if path else page
    return found.exists() and (not anchor or found.suffix != ".md" or anchor in anchors(found))


def commands() -> list[str]:
    """Every command line shown, once."""
    found = (line.strip() for page in PAGES for line in COMMAND.findall(words_of(page)))
    return sorted({line for line in found if shlex.split(line)[2:]})


def test_every_link_and_picture_of_a_page_is_there() -> None:
    assert [f"{name_of(page)}: {target}" for page, target in links() if not leads_somewhere(page, target)] == []


@pytest.mark.parametrize("line", commands())
def test_every_command_line_shown_names_options_that_there_are(line: str, capfd: pytest.CaptureFixture[str]) -> None:
    program, *words = shlex.split(line)[1:]
    told = CliRunner().invoke(app, [program, "--help"])
    assert told.exit_code == 0
    explained = told.output + capfd.readouterr().out
    options = {word.partition("=")[0] for word in words if word.startswith("--")}
    assert [option for option in options if not re.search(rf"{option}\b", explained)] == []


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: record.stem)
def test_every_decision_has_the_headings_of_the_template(record: Path) -> None:
    template = HEADING.findall(words_of(RECORDS[0]))[1:]
    title, *rest = HEADING.findall(words_of(record))
    assert title.startswith(f"{record.name[:3]}. " if record is not RECORDS[0] else "NNN. ")
    assert rest == template
    assert "\n- State: " in words_of(record)
    assert "\n- Date: " in words_of(record)


def test_the_index_of_decisions_is_whole() -> None:
    index = words_of(ROOT / "docs/architecture.md")
    assert [record.name for record in RECORDS if f"(decisions/{record.name})" not in index] == []


def test_no_two_decisions_have_one_number() -> None:
    numbers = [record.name[:3] for record in RECORDS]
    assert sorted(set(numbers)) == numbers

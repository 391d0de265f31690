import json
import subprocess
import sys
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from agent_desk.cli import add_program, app

RUNNER = CliRunner()
CSV = "shipment_id,piece_id,weight,length,width,height\nS,1,{weight},1 in,1 in,1 in\n"
HEAVY = {"PySide6", "sqlalchemy", "sqlcipher3", "httpx", "fastapi", "uvicorn", "psycopg", "reportlab", "stripe"}


def test_the_help_lists_every_program() -> None:
    told = RUNNER.invoke(app, ["--help"])
    assert told.exit_code == 0
    for name in ("desk", "central", "demo", "tour", "drill", "check", "quote", "doctor"):
        assert f"\n  {name} " in told.stdout


@pytest.mark.parametrize(("weight", "code"), [("1 lb", 0), ("201 lb", 1), ("x", 1)])
def test_check_ends_with_what_it_found(weight: str, code: int, tmp_path: Path) -> None:
    path = tmp_path / "pieces.csv"
    path.write_text(CSV.format(weight=weight), encoding="utf-8")
    told = RUNNER.invoke(app, ["check", str(path), "--divisor", "139"])
    assert told.exit_code == code
    assert len(told.stdout.splitlines()) == 2


@pytest.mark.parametrize(
    "arguments",
    [
        ["check", "nowhere.csv"],
        ["check", "."],
        ["check", "-"],
        ["check", "-", "--column", "nonsense"],
        ["check", "-", "--divisor", "0"],
        ["quote", "-"],
        ["quote", "nowhere.json"],
        ["quote", "-", "--book", "nowhere.json"],
    ],
)
def test_what_cannot_be_used_ends_with_2_and_a_sentence(arguments: list[str]) -> None:
    told = RUNNER.invoke(app, arguments, input="")
    assert told.exit_code == 2
    assert told.stdout == ""
    assert told.stderr.strip().endswith(".")


def test_quote_reads_what_is_piped_in() -> None:
    asked = {"origin": "MIA", "destination": "POS", "deliver_to": {"country": "TT", "place": "Arima"}, "pieces": [{}]}
    told = RUNNER.invoke(app, ["quote", "-"], input=json.dumps(asked))
    assert told.exit_code == 1
    assert [one["service"] for one in json.loads(told.stdout)["services"]] == ["air_express", "air_economy", "ocean"]


def test_another_program_gets_its_own_arguments(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a_program.py").write_text("def run(args):\n    print(args)\n    return 7\n", encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    programs = typer.Typer()
    add_program(programs, "one", "a_program", "One.")
    add_program(programs, "other", "a_program", "Other.")
    told = RUNNER.invoke(programs, ["one", "--port", "0", "here", "--help"])
    assert (told.exit_code, told.stdout) == (7, "['--port', '0', 'here', '--help']\n")


def test_a_reader_that_has_seen_enough_ends_it_quietly(tmp_path: Path) -> None:
    path = tmp_path / "many.csv"
    rows = "".join(f"S{n},1,1 lb,1 in,1 in,1 in\n" for n in range(3000))
    path.write_text(CSV.format(weight="1 lb") + rows, encoding="utf-8")
    command = [sys.executable, "-c", "from agent_desk.cli import main; main()", "check", str(path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert process.stdout.readline().startswith(b"{")
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait(timeout=60) == 1


def test_neither_tool_loads_a_window_a_server_or_a_database() -> None:
    code = (
        "import sys, agent_desk.cli, agent_desk.tools.check, agent_desk.tools.quote;"
        "print(sorted({name.partition('.')[0] for name in sys.modules}))"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert not HEAVY & set(json.loads(told.stdout.replace("'", '"')))

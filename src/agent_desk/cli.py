"""The one command; each part is imported when it is asked for."""

from __future__ import annotations

import os
import sys
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import BinaryIO

ACCEPTED, REFUSED, UNUSABLE = 0, 1, 2

app = typer.Typer(
    name="agent-desk",
    help="A counter program for couriers that keeps working when the link is down.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

_PROGRAMS = {
    "desk": ("agent_desk.desk.__main__", "Open the counter window."),
    "central": ("agent_desk.central.__main__", "Run the central API that all desks sync with."),
    "demo": ("agent_desk.demo", "Start it all here with sample data."),
    "tour": ("agent_desk.tour", "Play a whole sale and keep its pictures."),
    "drill": ("agent_desk.drill.__main__", "Cut power and link at every step of a sale."),
    "doctor": ("agent_desk.doctor", "Say what this machine lacks."),
}


def add_program(to: typer.Typer, name: str, module: str, sentence: str) -> None:
    """A subcommand that hands its arguments to the `run(args) -> int` of a module."""
    settings = {"allow_extra_args": True, "ignore_unknown_options": True, "help_option_names": []}

    @to.command(name, help=sentence, context_settings=settings)
    def run(context: typer.Context) -> None:
        raise typer.Exit(import_module(module).run(list(context.args)))


for _name, (_module, _sentence) in _PROGRAMS.items():
    add_program(app, _name, _module, _sentence)


@app.command("check")
def check_command(
    file: Annotated[str, typer.Argument(help="A CSV of pieces, or - for what is piped in.")],
    column: Annotated[
        list[str] | None,
        typer.Option(help="NAME=COLUMN or NAME=COLUMN:UNIT, such as weight=product_weight_g:g. May be repeated."),
    ] = None,
    divisor: Annotated[str, typer.Option(help="Cubic inches to a pound of dimensional weight.")] = "166",
) -> None:
    """Check the pieces of a CSV against every limit.

    Writes a JSON line for each piece and each shipment.

    Columns: shipment_id, piece_id, weight, weight_unit, length, width, height, length_unit; the unit columns may be
    left out when the cells say their unit (12.5 kg). Ends with 0 when all are accepted, 1 when some are refused,
    2 when the file cannot be used.
    """
    from agent_desk.tools.check import check, parse_divisor
    from agent_desk.tools.columns import parse_mapping

    def work(stream: BinaryIO) -> int:
        mappings = [parse_mapping(one) for one in column or []]
        return ACCEPTED if check(stream, sys.stdout.write, mappings, parse_divisor(divisor)) else REFUSED

    raise typer.Exit(_answer(file, work))


@app.command("quote")
def quote_command(
    file: Annotated[str, typer.Argument(help="A JSON request, or - for what is piped in.")],
    pdf: Annotated[Path | None, typer.Option(help="Also write the quote as a PDF here.")] = None,
    book: Annotated[Path | None, typer.Option(help="A price book as JSON; else the sample one.")] = None,
) -> None:
    """Price a shipment by every service.

    Writes JSON with each step explained.

    The request names origin, destination and pieces ({"weight": "12.5 kg", "length": "24 in", ...}); goods,
    declared_value_usd, insured, dangerous, deliver_to, discount_percent, service and at are optional. Ends with 0
    when it can go, 1 when something is refused, 2 when the request cannot be used.
    """
    from agent_desk.tools.quote import quote_file

    raise typer.Exit(_answer(file, lambda stream: quote_file(stream, sys.stdout, pdf, book)))


def _answer(file: str, work: Callable[[BinaryIO], int]) -> int:
    """What `work` says of the file; a sentence and 2 when it cannot be used."""
    from agent_desk.tools.rows import Unusable

    try:
        if file == "-":
            return work(sys.stdin.buffer)
        with Path(file).open("rb") as stream:
            return work(stream)
    except Unusable as unusable:
        return _unusable(str(unusable))
    except BrokenPipeError:
        # whoever read our output has seen enough; nothing may be flushed into the closed pipe on the way out
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return REFUSED
    except OSError as error:
        return _unusable(f"{error.filename or file}: {error.strerror}.")


def _unusable(sentence: str) -> int:
    typer.echo(sentence, err=True)
    return UNUSABLE


def main() -> None:
    """Runs the command line."""
    app()

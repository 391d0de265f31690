"""Write docs/reference/ from the program: refusals, keys, commands, settings; `--check` only says what differs."""

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import typer

from agent_desk import cli
from agent_desk.desk.ui.keys import EVERYWHERE, KEYS
from agent_desk.domain.rule_table import RULES

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src" / "agent_desk"
FOLDER = ROOT / "docs" / "reference"
MADE = "Written by `packaging/reference.py`: change the program, then run it.\n"
SAYS = {"blocks": "blocks", "warns": "warns", "needs_manager": "needs a manager", "KnownError": "the world"}
SETTING = re.compile(r"AGENT_DESK_[A-Z_]+")
SETTINGS = {
    "AGENT_DESK_CENTRAL": "Where central is, instead of `--central`: https, or http on this machine.",
    "AGENT_DESK_CODE": "This desk's code, such as GEO-2, instead of `--desk`.",
    "AGENT_DESK_PASSPHRASE": "The passphrase of the desk's database, where the machine has no keyring.",
    "AGENT_DESK_STRIPE_KEY": "Central's secret key of Stripe; without it cards are off. Never on a command line.",
    "AGENT_DESK_STRIPE_WEBHOOK_SECRET": "The secret of Stripe's webhook endpoint; two, by a comma, at a change.",
    "AGENT_DESK_MMG_API_KEY": "The API key of MMG's package. Never on a command line, as the three below.",
    "AGENT_DESK_MMG_MERCHANT": "The house's own seven digits at MMG; without any of these MMG is off.",
    "AGENT_DESK_MMG_MKEY": "The `mkey` of MMG's package.",
    "AGENT_DESK_MMG_MSECRET": "The `msecret` of MMG's package.",
    "AGENT_DESK_MMG_PASSWORD": "The user password of MMG's package.",
    "AGENT_DESK_MMG_URL": "Where MMG's API is, up to `/olive/publisher/v1`: https and a host of MMG's.",
    "AGENT_DESK_PASSWORD": "The password that belongs to `--sign-in`.",
}
PROGRAMS = {"desk": "desk/__main__.py", "central": "central/__main__.py", "demo": "demo.py", "tour": "tour.py"}


def calls(path: Path) -> Iterator[tuple[str, ast.Call]]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            called = node.func
            yield (called.id if isinstance(called, ast.Name) else getattr(called, "attr", "")), node


def sentence(node: ast.expr) -> str:
    """A sentence as it stands in the source; what is filled in is shown in braces."""
    if isinstance(node, ast.Constant):
        return str(node.value)
    if isinstance(node, ast.JoinedStr):
        return "".join(
            "{" + named(part.value) + "}" if isinstance(part, ast.FormattedValue) else sentence(part)
            for part in node.values
        )
    return ""


def named(node: ast.expr) -> str:
    """The word for what is filled in: `limit` of `card.limit.text()`."""
    names = [one.attr if isinstance(one, ast.Attribute) else one.id
             for one in ast.walk(node) if isinstance(one, ast.Attribute | ast.Name)]  # fmt: skip
    return names[0] if names else "..."


def find_codes() -> dict[str, tuple[str, str, str]]:
    """Every code with its severity, the id of its rule and what is said first."""
    found = {code: (str(rule.severity), rule.rule, rule.sentence) for code, rule in RULES.items()}
    for path in sorted(SOURCE.rglob("*.py")):
        for name, node in calls(path):
            if name not in SAYS or not node.args or not isinstance(node.args[0], ast.Constant):
                continue
            words = [sentence(one) for one in node.args]
            said = words[1] if name == "KnownError" else words[2] if len(words) > 2 else ""
            rule = words[3] if name != "KnownError" and len(words) > 3 else ""
            found.setdefault(words[0], (SAYS[name], rule, said))
    return found


def refusals() -> str:
    rows = "".join(
        f"| `{code}` | {severity} | {rule} | {said or '(says what exactly is wrong)'} |\n"
        for code, (severity, rule, said) in sorted(find_codes().items())
    )
    return (
        f"# What the program says no with\n\n{MADE}\n"
        "A refusal `blocks`, needs a `manager` or `warns`; what is marked `the world` is trouble outside the program:\n"
        "no link, a full disk, an ended session. Words in braces are filled in.\n\n"
        f"| code | it | rule | what is said |\n|---|---|---|---|\n{rows}"
    )


def keys() -> str:
    areas = dict.fromkeys(key.area for key in KEYS)
    tables = "".join(
        f"\n## {'Everywhere' if area == EVERYWHERE else area.capitalize()}\n\n| key | does |\n|---|---|\n"
        + "".join(f"| `{key.caption}` | {key.does} |\n" for key in KEYS if key.area == area)
        for area in areas
    )
    return f"# Keys\n\n{MADE}\n`F1` shows those of the page in front.\n{tables}"


def find_options() -> dict[str, list[tuple[str, str]]]:
    """Every command's arguments and options with what they are for."""
    found: dict[str, list[tuple[str, str]]] = {}
    commands = typer.main.get_command(cli.app).commands  # type: ignore[attr-defined]  # a group has them
    for name, command in commands.items():
        found[name] = []
        if name in PROGRAMS:
            for called, node in calls(SOURCE / PROGRAMS[name]):
                if called == "add_argument" and isinstance(node.args[0], ast.Constant):
                    helps = [sentence(word.value) for word in node.keywords if word.arg == "help"]
                    option = str(node.args[0].value)
                    shown = option if option.startswith("-") else option.upper()
                    found[name].append((shown, "".join(helps).replace(" (%(default)s)", "")))
        else:
            for one in command.params:
                if one.name not in {"help", "context"}:
                    shown = one.opts[0] if one.opts[0].startswith("-") else one.opts[0].upper()
                    found[name].append((shown, getattr(one, "help", None) or ""))
    return found


def commands() -> str:
    group = typer.main.get_command(cli.app).commands  # type: ignore[attr-defined]  # as above
    parts = []
    for name, options in find_options().items():
        rows = "".join(f"| `{option}` | {says} |\n" for option, says in options)
        table = f"\n| option | for |\n|---|---|\n{rows}" if rows else ""
        text = " ".join((group[name].help or "").split())
        parts.append(f"\n## `agent-desk {name}`\n\n{text}\n{table}")
    return f"# Commands\n\n{MADE}{''.join(parts)}"


def find_settings() -> set[str]:
    return {name for path in SOURCE.rglob("*.py") for name in SETTING.findall(path.read_text(encoding="utf-8"))}


def settings() -> str:
    rows = "".join(f"| `{name}` | {SETTINGS[name]} |\n" for name in sorted(find_settings()))
    return (
        f"# Settings\n\n{MADE}\nEverything else is said on the command line.\n\n"
        f"| variable of the environment | for |\n|---|---|\n{rows}"
    )


PAGES = {"refusals.md": refusals, "keys.md": keys, "commands.md": commands, "settings.md": settings}


def find_stale() -> list[str]:
    """The pages that do not say what the program says now."""
    return [name for name, write in PAGES.items() if not _is(FOLDER / name, write())]


def _is(file: Path, text: str) -> bool:
    return file.is_file() and file.read_text(encoding="utf-8") == text


def main() -> None:
    if "--check" in sys.argv:
        stale = find_stale()
        print("".join(f"docs/reference/{name} is not current\n" for name in stale), end="")
        sys.exit(1 if stale else 0)
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, write in PAGES.items():
        (FOLDER / name).write_text(write(), encoding="utf-8")


if __name__ == "__main__":
    main()

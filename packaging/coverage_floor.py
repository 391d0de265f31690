"""Fail when the share of lines and branches that tests run is under its floor, in all or in a room that decides."""

import json
import re
import sys
from pathlib import Path

FLOORS = {
    "all": (r"", 90.0),
    "domain": (r"agent_desk/domain/", 95.0),
    "use cases": (r"agent_desk/(desk|central)/usecases/", 95.0),
    "wire": (r"agent_desk/wire/", 95.0),
    "sync": (r"agent_desk/desk/sync/", 95.0),
}


def share(summaries: list[dict[str, int]]) -> float:
    covered = sum(one["covered_lines"] + one.get("covered_branches", 0) for one in summaries)
    of = sum(one["num_statements"] + one.get("num_branches", 0) for one in summaries)
    return 100.0 * covered / of if of else 0.0  # a room that is not there is not tested


def main() -> None:
    report = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    files: dict[str, dict[str, int]] = {name: one["summary"] for name, one in report["files"].items()}
    low = False
    for room, (pattern, floor) in FLOORS.items():
        inside = {name: one for name, one in files.items() if re.search(pattern, Path(name).as_posix())}
        reached = share(list(inside.values()))
        below = reached < floor
        low |= below
        print(f"{room:10} {reached:6.2f} %  floor {floor:.0f} %  {'TOO LOW' if below else 'ok'}")
        if below:
            worst = sorted(inside, key=lambda name: inside[name]["missing_lines"], reverse=True)[:5]
            print(
                "".join(f"           {inside[name]['missing_lines']:4} lines not run  {name}\n" for name in worst),
                end="",
            )
    sys.exit(1 if low else 0)


if __name__ == "__main__":
    main()

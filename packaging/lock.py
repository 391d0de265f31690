"""Write the two locks: exact versions with the hashes of all their files, and no address of any registry.

`run.lock` holds what the program and its build need, `dev.lock` the same versions and what checks them. Both come from
pyproject.toml alone. They are resolved on Python 3.11, whose set of packages contains those of 3.12 and 3.13.
"""

import os
import re
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOCKS = ROOT / "packaging" / "requirements"
HEADER = "# Written by `make lock` from pyproject.toml: do not edit.\n"
OPTIONS = [
    "--generate-hashes",
    "--allow-unsafe",
    "--strip-extras",
    "--no-header",
    "--no-annotate",
    "--no-config",
    "--quiet",
    "--no-emit-index-url",
    "--no-emit-trusted-host",
    "--no-emit-find-links",
    "--no-emit-options",
]


def compile_lock(name: str, requirements: list[str], *, upgrade: bool) -> None:
    target = LOCKS / f"{name}.lock"
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / f"{name}.in"
        source.write_text("\n".join(requirements) + "\n", encoding="utf-8")
        command = [sys.executable, "-m", "piptools", "compile", *OPTIONS, "--output-file", str(target), str(source)]
        # Hashes of a machine's own mirror would bind the locks to that machine.
        environment = {**os.environ, "PIP_CONFIG_FILE": os.devnull, "PIP_FIND_LINKS": "", "PIP_EXTRA_INDEX_URL": ""}
        subprocess.run([*command, *(["--upgrade"] if upgrade else [])], check=True, env=environment, cwd=ROOT)
    text = target.read_text(encoding="utf-8")
    text = re.sub(r"^(#.*)?\n", "", text, flags=re.MULTILINE)
    if "://" in text or "--hash" not in text:
        target.unlink()
        sys.exit(f"{target.name} would name an address or has no hashes: not kept")
    target.write_text(HEADER + text, encoding="utf-8")


def main() -> None:
    if sys.version_info[:2] != (3, 11):
        sys.exit("Make the locks with Python 3.11: its packages include those that 3.12 and 3.13 need.")
    pyproject = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    run = [*pyproject["project"]["dependencies"], *pyproject["dependency-groups"]["build"]]
    upgrade = "--upgrade" in sys.argv[1:]
    compile_lock("run", run, upgrade=upgrade)
    same_versions = re.findall(
        r"^([^\s#;]+==[^\s;\\]+)", (LOCKS / "run.lock").read_text(encoding="utf-8"), re.MULTILINE
    )
    compile_lock("dev", [*run, *same_versions, *pyproject["dependency-groups"]["dev"]], upgrade=upgrade)


if __name__ == "__main__":
    main()

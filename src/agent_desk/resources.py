"""Where the files that travel with the program are found."""

from functools import cache
from pathlib import Path


@cache
def _root() -> Path:
    package = Path(__file__).resolve().parent
    in_wheel = package / "resources"
    return in_wheel if in_wheel.is_dir() else package.parents[1] / "resources"


def resource_path(name: str) -> Path:
    """The file or folder `name` (slashes allowed) of `resources/`, in the repository and in the wheel alike.

    Raises FileNotFoundError where there is none.
    """
    path = _root() / name
    if not path.exists():
        raise FileNotFoundError(path)
    return path

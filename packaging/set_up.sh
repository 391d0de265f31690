#!/usr/bin/env bash
# Makes .venv and the system libraries ready: `set_up.sh run` for the program, `set_up.sh dev` for its tests as well.
# Safe to repeat: when nothing changed since the last time it only looks, and prints nothing.
set -euo pipefail

kind=${1:-run}
case $kind in
run | dev) ;;
*)
    echo "usage: set_up.sh [run|dev]" >&2
    exit 2
    ;;
esac

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$root"
lock=packaging/requirements/$kind.lock
stamp=.venv/.set-up-$kind
lists=(packaging/debian-packages-run.txt)
[ "$kind" = run ] || lists+=(packaging/debian-packages-test.txt)
missing=()

# Sets `missing` to the packages of the lists that dpkg does not have, by the name this system's apt knows.
find_missing_packages() {
    missing=()
    command -v dpkg-query >/dev/null || return 0
    local installed line name
    # shellcheck disable=SC2046
    installed=$(dpkg-query -W -f='${Package} ${db:Status-Abbrev}\n' \
        $(grep -hv '^#' "${lists[@]}" | tr -d '|') 2>/dev/null || true)
    while IFS= read -r line; do
        case $line in '' | '#'*) continue ;; esac
        for name in ${line//|/ }; do
            case $'\n'$installed in *$'\n'"$name ii"*) continue 2 ;; esac
        done
        for name in ${line//|/ }; do
            if [ "$name" = "$line" ] || is_offered "$name"; then break; fi
        done
        missing+=("$name")
    done < <(cat "${lists[@]}")
}

is_offered() {
    LC_ALL=C apt-cache policy "$1" 2>/dev/null | grep -q 'Candidate: [^(]'
}

# Prints the first Python 3.11 to 3.13 that runs the given statement.
find_python() {
    local name
    for name in python3.11 python3.12 python3.13 python3 python; do
        if "$name" -c "import sys; assert (3, 11) <= sys.version_info < (3, 14); $1" >/dev/null 2>&1; then
            command -v "$name"
            return 0
        fi
    done
    return 1
}

# Sets `missing_python` to the packages without which no environment can be made.
find_missing_python() {
    missing_python=()
    local bare
    if [ -x .venv/bin/python ] || find_python 'import venv, ensurepip' >/dev/null; then return 0; fi
    if bare=$(find_python 'pass'); then
        missing_python=("$("$bare" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])')")
    else
        missing_python=(python3 python3-venv)
    fi
}

install_packages() {
    local may=()
    if [ "$(id -u)" -ne 0 ]; then
        if ! sudo -n true 2>/dev/null; then
            echo "Some system packages are missing. Type this line, then try again:" >&2
            echo "sudo apt-get update && sudo apt-get install -y --no-install-recommends $(missing_names)" >&2
            exit 1
        fi
        may=(sudo -n)
    fi
    local apt=("${may[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=120)
    echo "set-up: updating the list of system packages"
    "${apt[@]}" update </dev/null || echo "set-up: the list could not be updated, going on with the old one" >&2
    find_missing_packages # the names that are offered are known only now
    echo "set-up: installing ${missing_python[*]} ${missing[*]}"
    "${apt[@]}" install -y --no-install-recommends "${missing_python[@]}" "${missing[@]}" </dev/null >/dev/null
}

missing_names() {
    echo "${missing_python[@]}" "${missing[@]}"
}

make_environment() {
    local python
    if ! [ -x .venv/bin/python ] || ! .venv/bin/python -m pip --version >/dev/null 2>&1; then
        if ! python=$(find_python 'import venv, ensurepip'); then
            echo "Agent Desk needs Python 3.11, 3.12 or 3.13 with its venv module, and this system offers none." >&2
            exit 1
        fi
        echo "set-up: making .venv with $python"
        "$python" -m venv --clear .venv
    fi
    local pip=(.venv/bin/python -m pip --disable-pip-version-check --no-input install -qq --no-deps)
    echo "set-up: installing what $lock lists (a few minutes the first time)"
    "${pip[@]}" --require-hashes --only-binary :all: -r "$lock"
    "${pip[@]}" --no-build-isolation --editable .
    .venv/bin/python -m pip --disable-pip-version-check check >/dev/null
}

# An environment cannot be moved, so the folder belongs to its mark.
mark=$( (echo "$root" && cat "$lock" pyproject.toml) | cksum)

find_missing_packages
find_missing_python
if [ ${#missing[@]} -gt 0 ] || [ ${#missing_python[@]} -gt 0 ]; then
    if ! command -v apt-get >/dev/null; then
        echo "set-up: please install these, or what your system calls them: $(missing_names)" >&2
        exit 1
    fi
    install_packages
fi
if [ ! -x .venv/bin/python ] || [ "$(cat "$stamp" 2>/dev/null)" != "$mark" ]; then
    rm -f "$stamp"
    make_environment
    echo "$mark" >"$stamp"
    # What the tests need holds what the program needs.
    [ "$kind" = run ] || (echo "$root" && cat packaging/requirements/run.lock pyproject.toml) | cksum >.venv/.set-up-run
    echo "set-up: ready"
fi

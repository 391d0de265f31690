"""The program as a process: it starts, it stops everything it started, however it ends."""

from __future__ import annotations

import json
import os
import signal
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx
import psutil  # type: ignore[import-untyped]  # it comes with the embedded database, without types
import psycopg
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from agent_desk.central.__main__ import run
from agent_desk.central.bootstrap import opened
from agent_desk.central.settings import Settings, is_loopback
from agent_desk.central.store.embedded import EmbeddedPostgres
from agent_desk.central.store.guard import take_lock
from agent_desk.central.store.migrating import list_migrations, migrate
from agent_desk.central.usecases.sampling import CUSTOMERS, PRODUCTS, load_sample
from agent_desk.sample import load_price_book
from tests.central.conftest import on
from tests.central.counter import Clock


@pytest.fixture(scope="module")
def prepared() -> Iterator[Path]:
    """A data folder whose database was made and stopped."""
    with TemporaryDirectory(prefix="agent-desk-") as name:
        with EmbeddedPostgres(Path(name)) as postgres:
            migrate(postgres.start())
        yield Path(name)


@pytest.fixture
def folder(prepared: Path) -> Iterator[Path]:
    """A folder with a database of the test's own, copied since making one anew takes seconds."""
    with TemporaryDirectory(prefix="agent-desk-") as name:
        # by a command: it keeps the owner, which is another account where the tests run as root
        subprocess.run(["cp", "-a", str(prepared), f"{name}/data"], check=True)
        yield Path(name)


def start(folder: Path, *more: str) -> tuple[subprocess.Popen[bytes], int]:
    ready = folder / "ready"
    command = [sys.executable, "-m", "agent_desk.central", "--data", str(folder / "data"), "--port", "0"]
    process = subprocess.Popen([*command, "--ready-file", str(ready), *more], stdin=subprocess.PIPE)
    until = time.monotonic() + 60
    while not ready.exists():
        assert process.poll() is None, "it ended before it was ready"
        assert time.monotonic() < until, "it was not ready within a minute"
        time.sleep(0.02)
    port: int = json.loads(ready.read_text())["port"]
    ready.unlink()
    return process, port


def servers(folder: Path) -> list[psutil.Process]:
    """What still runs on the folder."""
    return [
        process
        for process in psutil.process_iter(["cmdline"])
        if any(str(folder) in part for part in process.info["cmdline"] or ())
    ]


def gone(folder: Path) -> bool:
    until = time.monotonic() + 20
    while servers(folder) and time.monotonic() < until:
        time.sleep(0.05)
    return not servers(folder)


@pytest.mark.parametrize("way", ["terminate", "interrupt", "hang up", "parent gone", "kill"])
def test_nothing_is_left_running_however_central_ends(folder: Path, way: str) -> None:
    process, port = start(folder, "--with-parent")
    assert httpx.get(f"http://127.0.0.1:{port}/health/ready", trust_env=False).json() == {"status": "ready"}
    assert process.stdin is not None
    if way == "parent gone":
        process.stdin.close()
    else:
        names = {"terminate": "SIGTERM", "interrupt": "SIGINT", "hang up": "SIGHUP", "kill": "SIGKILL"}
        os.kill(process.pid, signal.Signals[names[way]])
    process.wait(30)
    process.stdin.close()
    assert gone(folder)


def test_a_server_left_behind_by_a_killed_keeper_is_taken_over(folder: Path) -> None:
    process, _ = start(folder)
    for keeper in psutil.Process(process.pid).children():
        keeper.kill()
    process.kill()
    process.communicate()
    assert servers(folder), "the database outlived both"
    process, port = start(folder)
    assert httpx.get(f"http://127.0.0.1:{port}/health/ready", trust_env=False).status_code == 200
    process.terminate()
    process.communicate()
    assert gone(folder)


def test_a_start_right_after_everything_was_killed_at_once_works(folder: Path) -> None:
    for _ in range(4):
        process, port = start(folder)
        assert httpx.get(f"http://127.0.0.1:{port}/health/ready", trust_env=False).status_code == 200
        doomed = psutil.Process(process.pid).children()
        doomed += [server for server in servers(folder) if "-D" in server.cmdline() and server not in doomed]
        for one in (*doomed, process):
            one.kill()
        process.communicate()
    process, _ = start(folder)
    process.terminate()
    process.communicate()
    assert gone(folder)


def certificate(folder: Path) -> tuple[Path, Path]:
    """A certificate for loopback and its key, signed by itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    files = folder / "central.pem", folder / "central.key"
    files[0].write_bytes(made.public_bytes(Encoding.PEM))
    files[1].write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return files


def test_with_a_certificate_only_the_newest_tls_is_spoken(folder: Path) -> None:
    cert, key = certificate(folder)
    process, port = start(folder, "--tls-cert", str(cert), "--tls-key", str(key))
    try:
        context = ssl.create_default_context(cafile=str(cert))
        answer = httpx.get(f"https://127.0.0.1:{port}/health/live", verify=context, trust_env=False)
        assert answer.json() == {"status": "live"}
        with pytest.raises(httpx.TransportError):
            httpx.get(f"http://127.0.0.1:{port}/health/live", trust_env=False)
        context.maximum_version = ssl.TLSVersion.TLSv1_2
        with pytest.raises(httpx.TransportError):
            httpx.get(f"https://127.0.0.1:{port}/health/live", verify=context, trust_env=False)
    finally:
        process.terminate()
        process.communicate()


def test_a_port_that_is_taken_is_a_failure(folder: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        command = [sys.executable, "-m", "agent_desk.central", "--data", str(folder / "data")]
        port = str(taken.getsockname()[1])
        ended = subprocess.run([*command, "--port", port], capture_output=True, text=True, timeout=60, check=False)
    assert ended.returncode == 1
    assert "address already in use" in ended.stderr


def test_one_data_folder_is_one_central_s(folder: Path) -> None:
    with EmbeddedPostgres(folder) as postgres:
        postgres.start()
        assert take_lock(folder, patience=0) is None


@pytest.mark.parametrize(
    ("args", "sentence"),
    [
        (["--host", "0.0.0.0"], "can be reached from outside"),
        (["--port", "70000"], "0 to 65535"),
        (["--tls-cert", "x.pem"], "belong together"),
        (["--tls-cert", "x.pem", "--tls-key", "x.pem"], "There is no file"),
        (["--colour", "red"], "unrecognized"),
    ],
)
def test_arguments_that_cannot_be_used_are_said_so(
    args: list[str], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(args) == 2
    assert sentence in capsys.readouterr().err


def test_loopback_is_only_what_cannot_be_reached_from_outside() -> None:
    assert [is_loopback(host) for host in ("127.0.0.1", "::1", "localhost", "0.0.0.0", "10.1.2.3", "central")] == [
        True, True, True, False, False, False,
    ]  # fmt: skip
    assert Settings(data=Path(), host="127.9.9.9").find_fault() is None


def test_a_database_that_is_migrated_again_stays_as_it_is(server: str) -> None:
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute("create database old")
    url = on(server, "old")
    newest = list_migrations()[-1][0]
    assert migrate(url) == newest
    with psycopg.connect(url) as connection:
        before = connection.execute("select epoch, signing_key from server_meta").fetchall()
    assert migrate(url) == newest
    with psycopg.connect(url) as connection:
        assert connection.execute("select epoch, signing_key from server_meta").fetchall() == before
        counted = connection.execute("select number from schema_version order by number").fetchall()
    assert counted == [(number,) for number, _ in list_migrations()]


def test_the_sample_is_loaded_once(server: str) -> None:
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute("create database sample")
    url = on(server, "sample")
    migrate(url)
    with opened(url, Clock()) as central:
        assert load_sample(central.database, central.passwords, load_price_book())
        assert not load_sample(central.database, central.passwords, load_price_book())
    with psycopg.connect(url) as connection:
        counts: dict[str, int] = dict(
            connection.execute("select kind, count(*) from document group by kind").fetchall()
        )
        desks = connection.execute("select desk from device order by desk").fetchall()
        codes = "select count(*) from document where kind = 'product' and handle in ('BRL-55', 'TAPE-3', 'TAG-1')"
        assert connection.execute(codes.encode()).fetchone() == (3,)
    assert (counts["customer"], counts["product"], counts["branch"]) == (CUSTOMERS, PRODUCTS, 2)
    assert counts["staff"] >= 4
    assert desks == [("EWR-1",), ("GEO-1",), ("GEO-2",)]

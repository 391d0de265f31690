"""Jobs: put by a transaction, done once, taken up again after a crash."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import psycopg
import pytest

from agent_desk.central.bootstrap import Central
from agent_desk.central.jobs.running import Job, JobRunner, make_app
from agent_desk.central.store.migrating import migrate
from agent_desk.central.usecases.ports import Deferred

SOON = 30.0


class Done:
    """What ran, and with what."""

    def __init__(self) -> None:
        self.heard: list[dict[str, str]] = []
        self._changed = threading.Condition()

    def __call__(self, **said: str) -> None:
        with self._changed:
            self.heard.append(said)
            self._changed.notify_all()

    def wait(self, until: Callable[[list[dict[str, str]]], bool]) -> None:
        with self._changed:
            assert self._changed.wait_for(lambda: until(self.heard), SOON), self.heard


def count(url: str, where: str) -> int:
    with psycopg.connect(url) as connection:
        row = connection.execute(f"select count(*) from procrastinate_jobs where {where}".encode()).fetchone()
    assert row is not None
    return int(row[0])


def test_a_job_runs_after_the_commit_with_what_it_was_told(central: Central, url: str) -> None:
    done = Done()
    with JobRunner(url, [Job("greet", done)]):
        with central.database.pushing() as unit:
            unit.defer([Deferred("greet", {"whom": "Shanice"}), Deferred("greet", {"whom": "Sandra"})])
        done.wait(lambda heard: len(heard) == 2)
    assert sorted(one["whom"] for one in done.heard) == ["Sandra", "Shanice"]
    assert count(url, "task_name = 'greet'") == 0


def test_a_job_of_a_transaction_that_was_undone_never_runs(central: Central, url: str) -> None:
    def undone() -> None:
        with central.database.pushing() as unit:
            unit.defer([Deferred("greet", {"whom": "nobody"})])
            raise LookupError

    with pytest.raises(LookupError):
        undone()
    assert count(url, "task_name = 'greet'") == 0


def test_a_job_waits_for_its_time(central: Central, url: str) -> None:
    done = Done()
    tomorrow = datetime.now(UTC) + timedelta(days=1)
    with central.database.pushing() as unit:
        unit.defer([Deferred("greet", {"whom": "Sandra"}, tomorrow), Deferred("greet", {"whom": "Shanice"})])
    with JobRunner(url, [Job("greet", done)]):
        done.wait(bool)
    assert [one["whom"] for one in done.heard] == ["Shanice"]
    assert count(url, "status = 'todo' and task_name = 'greet'") == 1


def test_what_a_killed_process_had_begun_is_done_by_another(central: Central, url: str) -> None:
    done = Done()
    with central.database.pushing() as unit:
        unit.defer([Deferred("greet", {"whom": "Shanice"})])
    with psycopg.connect(url) as connection:
        # as the worker of a process that was killed a minute ago leaves it
        connection.execute("insert into procrastinate_workers (last_heartbeat) values (now() - interval '1 minute')")
        connection.execute("select procrastinate_fetch_job_v2(null, (select id from procrastinate_workers))")
    assert count(url, "status = 'doing'") == 1
    with JobRunner(url, [Job("greet", done)]):
        done.wait(bool)
    assert count(url, "status = 'doing'") == 0


def test_a_killed_turn_of_a_clock_does_not_hold_up_what_else_was_begun(central: Central, url: str) -> None:
    done = Done()
    with psycopg.connect(url) as connection:
        connection.execute("insert into procrastinate_workers (last_heartbeat) values (now() - interval '1 minute')")
        for status, worker in (("doing", "id"), ("todo", "null")):
            connection.execute(
                "insert into procrastinate_jobs (queue_name, task_name, queueing_lock, args, status, worker_id)"
                f" select 'default', 'tick', 'tick', '{{\"timestamp\": 0}}', '{status}', {worker}"
                " from procrastinate_workers".encode()
            )
    with central.database.pushing() as unit:
        unit.defer([Deferred("greet", {"whom": "Shanice"})])
    with psycopg.connect(url) as connection:
        connection.execute(
            "update procrastinate_jobs set status = 'doing', worker_id = (select id from procrastinate_workers)"
            " where task_name = 'greet'"
        )
    with JobRunner(url, [Job("tick", list, cron="0 0 1 1 *"), Job("greet", done)]):
        done.wait(bool)
    assert count(url, "status = 'doing'") == 0


def test_a_job_that_fails_is_tried_again(central: Central, url: str) -> None:
    done, failed = Done(), threading.Event()

    def stumble(**said: str) -> None:
        if not failed.is_set():
            failed.set()
            raise ValueError("the first time")
        done(**said)

    with JobRunner(url, [Job("greet", stumble)]):
        with central.database.pushing() as unit:
            unit.defer([Deferred("greet", {"whom": "Shanice"})])
        done.wait(bool)


def test_a_job_with_a_clock_of_its_own_runs_again_and_again(central: Central, url: str) -> None:
    done = Done()
    with JobRunner(url, [Job("tick", done, cron="* * * * * *")]):
        done.wait(lambda heard: len(heard) >= 2)
    assert central is not None


def test_the_queue_has_the_shape_of_its_library(url: str) -> None:
    migrate(url)
    app = make_app(url, [])
    assert app.periodic_registry.periodic_tasks
    with psycopg.connect(url) as connection:
        row = connection.execute("select count(*) from queue_version").fetchone()
    assert row is not None
    assert row[0] > 30

"""Jobs put into the queue by the transaction that makes them necessary."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import resources
from typing import Any

import psycopg
from procrastinate import SyncPsycopgConnector
from procrastinate.jobs import Job
from procrastinate.manager import JobManager

from agent_desk.central.usecases.ports import Deferred


def put(connection: psycopg.Connection[Any], jobs: Sequence[Deferred]) -> None:
    """They run once the transaction of the connection is committed, and never when it is not."""
    # what only puts jobs by a connection of ours opens none of its own
    manager = JobManager(SyncPsycopgConnector())
    manager.batch_defer_jobs(
        [
            Job(
                id=None,
                queue="default",
                task_name=job.name,
                task_kwargs=dict(job.args),
                scheduled_at=job.run_at,
                lock=None,
                queueing_lock=None,
                priority=0,
            )
            for job in jobs
        ],
        connection=connection,
    )


def list_migrations() -> list[tuple[str, bytes]]:
    """Name and SQL of each step of the queue library's own tables, in order; a newer library brings more."""
    folder = resources.files("procrastinate.sql") / "migrations"
    files = sorted((file.name, file) for file in folder.iterdir() if file.name.endswith(".sql"))
    return [(name, file.read_bytes()) for name, file in files]

"""The one translator of the driver's errors, most specific first."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from psycopg import errors
from psycopg_pool import PoolClosed, PoolTimeout, TooManyRequests

from agent_desk.central.usecases.trouble import KnownError, TransientError, busy


def unavailable() -> KnownError:
    return KnownError("central.unavailable", "Central cannot reach its database: the desk works on alone.", 5)


@contextmanager
def translated() -> Iterator[None]:
    """What passes through is ours, or a bug."""
    try:
        yield
    except (errors.SerializationFailure, errors.DeadlockDetected, errors.LockNotAvailable) as error:
        raise TransientError(type(error).__name__) from error
    except (PoolTimeout, TooManyRequests, errors.QueryCanceled, errors.TransactionTimeout) as error:
        raise busy() from error
    except (PoolClosed, psycopg.OperationalError, psycopg.InterfaceError) as error:
        raise unavailable() from error

"""How times and ages are written, on the screen and on paper alike; light enough for the first paint."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone, tzinfo

COUNTER_ZONE = timezone(timedelta(hours=-4), "GYT")
"""Guyana's clock, which knows no summer time."""
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def clock_text(when: datetime, zone: tzinfo = COUNTER_ZONE) -> str:
    """`09:14`."""
    return f"{when.astimezone(zone):%H:%M}"


def day_text(when: datetime, zone: tzinfo = COUNTER_ZONE) -> str:
    """`21 Nov`."""
    local = when.astimezone(zone)
    return f"{local.day} {_MONTHS[local.month - 1]}"


def moment_text(when: datetime, zone: tzinfo = COUNTER_ZONE) -> str:
    """`21 Nov 2026, 09:14`, for paper, which does not know today."""
    return f"{day_text(when, zone)} {when.astimezone(zone).year}, {clock_text(when, zone)}"


def time_text(when: datetime, now: datetime, zone: tzinfo = COUNTER_ZONE) -> str:
    """`09:14` today, `21 Nov` on other days."""
    same_day = when.astimezone(zone).date() == now.astimezone(zone).date()
    return clock_text(when, zone) if same_day else day_text(when, zone)


def age_text(age: timedelta) -> str:
    """`49 min`, `1 h 27`, `3 h 10`, `2 days`; an age below zero is none."""
    minutes = max(0, int(age.total_seconds()) // 60)
    if minutes < 60:
        return f"{minutes} min"
    if minutes < 48 * 60:
        return f"{minutes // 60} h {minutes % 60:02d}"
    return f"{minutes // (24 * 60)} days"


def countdown_text(left: timedelta) -> str:
    """`12:41`, and `1:05:00` over an hour; nothing left is `0:00`."""
    seconds = max(0, int(left.total_seconds()))
    hours, minutes, seconds = seconds // 3600, seconds // 60 % 60, seconds % 60
    return f"{hours}:{minutes:02d}:{seconds:02d}" if hours else f"{minutes}:{seconds:02d}"

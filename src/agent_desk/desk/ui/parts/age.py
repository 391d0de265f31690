"""How old a number is, in words. Free of Qt."""

from datetime import datetime, timedelta


def age_words(age: timedelta) -> str:
    """`40 s`, `49 min`, `1 h 27`, `3 days`."""
    seconds = max(int(age.total_seconds()), 0)
    minutes, hours = seconds // 60, seconds // 3600
    if minutes < 1:
        return f"{seconds} s"
    if hours < 1:
        return f"{minutes} min"
    if hours < 48:
        return f"{hours} h {minutes % 60:02d}"
    return f"{hours // 24} days"


def moment_words(moment: datetime, now: datetime) -> str:
    """`09:14` on the day of `now`, else `21 Nov`; both in the zone of `now`."""
    there = moment.astimezone(now.tzinfo)
    return f"{there:%H:%M}" if there.date() == now.date() else f"{there.day} {there:%b}"


def countdown_words(left: timedelta) -> str:
    """`12:41`, and `1:05:00` over an hour; never below zero."""
    seconds = max(int(left.total_seconds()), 0)
    hours, minutes, seconds = seconds // 3600, seconds // 60 % 60, seconds % 60
    return f"{hours}:{minutes:02d}:{seconds:02d}" if hours else f"{minutes}:{seconds:02d}"

"""Words as the search keeps and asks them: folded, without accents, with the sound of names."""

from __future__ import annotations

import re
import unicodedata

_VOWELS = re.compile(r"(?<=.)[aeiouhwy]+")
_TWICE = re.compile(r"(.)\1+")
_ASCII_FOLDED = bytes(ord(chr(code).lower()) if chr(code).isalnum() else ord(" ") for code in range(128)).ljust(256)
"""Letters small, all else but figures a space: of one table, a word list takes a fifth of what a pattern needs."""
SOUND = "§"
"""Stands before the sound of a word; no typed word begins with it."""
SHORTEST_SOUND = 4
SHORTEST_DIGITS = 3
MOST_WORDS = 12


def split_words(text: str) -> list[str]:
    """`Señor O'Neil` is senor, o, neil."""
    if text.isascii():
        return text.encode().translate(_ASCII_FOLDED).decode().split()
    plain = unicodedata.normalize("NFKD", text).casefold()
    kept = "".join(char if char.isalnum() else " " for char in plain if not unicodedata.combining(char))
    return kept.split()


def sound_of(word: str) -> str:
    """Persaud, Persad and Pursood sound alike: the first letter and the consonants, none twice."""
    return SOUND + _TWICE.sub(r"\1", _VOWELS.sub("", word))


def digit_endings(text: str) -> list[str]:
    """Every ending of the digits, so that any part of a telephone number is found."""
    digits = "".join(char for char in text if char.isascii() and char.isdigit())[:20]
    return [digits[at:] for at in range(len(digits) - SHORTEST_DIGITS + 1)]


def index_words(*texts: str) -> list[str]:
    """The words of texts, and of codes also their parts without leading zeros."""
    found = [word for text in texts for word in split_words(text)]
    return [*found, *(short for word in found if word.isdigit() and (short := word.lstrip("0")) not in {"", word})]


def index_names(*texts: str) -> list[str]:
    """The words of names with their sounds."""
    found = index_words(*texts)
    return [*found, *(sound_of(word) for word in found if word.isalpha() and len(word) >= SHORTEST_SOUND)]


def match_all(text: str, *, sounds: bool = False) -> str | None:
    """An FTS5 question: every word begins some word, or sounds like one; None where nothing is asked."""
    parts: list[str] = []
    for word in split_words(text)[:MOST_WORDS]:
        alike = sounds and word.isalpha() and len(word) >= SHORTEST_SOUND
        parts.append(f'("{word}" * OR "{sound_of(word)}")' if alike else f'"{word}" *')
    return " AND ".join(parts) or None

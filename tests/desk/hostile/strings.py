"""What breaks programs that take text for something else."""

from __future__ import annotations

import json
from pathlib import Path

COLLECTION = Path(__file__).parents[4] / "shared" / "data" / "hostile" / "naughty_strings.json"

WORST = (
    "<b>bold</b>",
    "<img src='file:///etc/passwd'>",
    "<script>alert(1)</script>",
    "&lt;b&gt; &amp; & &File",
    "Robert'); DROP TABLE customer;--",
    '" OR ""="',
    "%s %d %n %(name)s {0} {name} {{}} %1 %2 %L1",
    "$(reboot) `id` ; rm -rf / | cat",
    "=cmd|' /C calc'!A0",
    "@SUM(1+1)*cmd",
    "-2+3",
    "../../../etc/passwd\\..\\x",
    "\u202eright to left\u202c",
    "مرحبا بالعالم, שלום",
    "Z\u0351\u036b\u0343\u036a\u0302\u036b\u033d\u034f\u0334\u0319\u0324a\u0323\u0317\u0331lgo",
    "e\u0301 é n\u0303 ñ \ufb01 ﬀ Å",
    "👩🏽\u200d🚀 🇬🇾 🏳️\u200d🌈 ✂️",
    "a\u200bb\u2060c\ufeffd\u00ad",
    "bell\x07 escape\x1b[31m tab\tend",
    "first\rsecond\u2028third\u0085fourth",
    "\u007f\u0080\u009f",
    "\U0010ffff \ufffe \ufdd0",
    "㋿ ﷽ 𒐫 ⸻",
    "nul\x00inside",
    "half\ud800pair",
    "null",
    "NaN",
    "Infinity",
    "1e309",
    "\uff10\uff11\uff12\uff13",
    "١٢٣٤",
    "½ ² ①",
    "Ada Lovelace-Ünlü O'Brien de la Rosa",
    "*",
    '"',
    "'",
    "^ NEAR( AND OR NOT",
    "name:* - col",
    "\\",
    "W" * 199,
    "word " * 60,
    "x" * 5000,
)


def collected() -> tuple[str, ...]:
    """The well-known collection; empty where it is not beside the repository."""
    if not COLLECTION.is_file():
        return ()
    strings: list[str] = json.loads(COLLECTION.read_text("utf-8"))
    return tuple(strings)


def packed(most: int) -> tuple[str, ...]:
    """The worst each by itself, then the collection in as few texts as hold every string whole.

    A string longer than `most` characters is one text of its own.
    """
    texts: list[str] = []
    held = ""
    for one in collected():
        if held and len(held) + 1 + len(one) > most:
            texts.append(held)
            held = ""
        held = f"{held} {one}" if held else one
    return (*WORST, *texts, *([held] if held else []))

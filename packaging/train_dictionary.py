"""Train resources/sync.zdict, the zstd dictionary of short answers, from sample documents and recorded messages.

A new dictionary is another one: desks that have the old one get plain zstd until they are updated. So it is trained
again only when what is said has changed much. Prints what it saves on rows it has not seen.
"""

import json
import random
from collections.abc import Iterator
from pathlib import Path

import zstandard

from agent_desk.central.usecases.answering import row_bytes
from agent_desk.central.usecases.sampling import make_customers, make_products
from agent_desk.central.usecases.shaping import document_of, feed_row
from agent_desk.resources import resource_path
from agent_desk.wire.canonical import canonical_json

ROOT = Path(__file__).parents[1]
SIZE = 16_384
SEEN = 400
OFTEN = 8
"""What is recorded of a release is little beside the sample, and what is said all day."""


def recorded() -> Iterator[bytes]:
    """Rows and short answers as releases said them."""
    for release in sorted((ROOT / "tests" / "recorded").glob("*.json")):
        for said in json.loads(release.read_text(encoding="utf-8")):
            for answer in said["answers"]:
                patches = answer.get("patches", ())
                yield from (canonical_json(row) for patch in patches for row in patch["rows"])
                first = [{**patch, "rows": patch["rows"][:1]} for patch in patches[:1]]
                yield canonical_json({**answer, "patches": first, "acks": answer.get("acks", [])[:2]})


def sample() -> list[bytes]:
    """Products and customers as rows."""
    read = {
        name: json.loads(resource_path(f"sample/{name}.json").read_text("utf-8")) for name in ("products", "people")
    }
    made = [*make_products(read["products"]), *make_customers(read["people"])]
    return [row_bytes(feed_row(document_of(one))) for one in made]


def main() -> None:
    chance = random.Random(7)
    rows = sample()
    seen = set(chance.sample(range(len(rows)), SEEN))
    trained = zstandard.train_dictionary(SIZE, [rows[n] for n in sorted(seen)] + list(recorded()) * OFTEN)
    (ROOT / "resources" / "sync.zdict").write_bytes(trained.as_bytes())
    unseen = [row for n, row in enumerate(rows) if n not in seen][:1000]
    with_it = zstandard.ZstdCompressor(level=3, dict_data=trained)
    without = zstandard.ZstdCompressor(level=3)
    sizes = [sum(map(len, unseen)), *(sum(len(one.compress(row)) for row in unseen) for one in (without, with_it))]
    print("a row: {} bytes, zstd {}, with the dictionary {}".format(*(size // len(unseen) for size in sizes)))


if __name__ == "__main__":
    main()

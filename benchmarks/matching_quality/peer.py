"""nomenklatura's matchers, for the other side of a pipe: records first, then questions with the records to compare.

python -m benchmarks.matching_quality.peer ALGORITHM      # in the environment of benchmarks/beside.py

The first line is a list of records, answered with the versions; each later line is {"query": ..., "places": [...]} or
{"query": ..., "records": [...]}, answered with the scores and the milliseconds of the processor that they took.
"""

import json
import sys
import time
from collections.abc import Mapping
from importlib.metadata import version
from typing import Any

from followthemoney import model
from nomenklatura.matching import get_algorithm

SEXES = {"F": "female", "M": "male"}


def main() -> None:
    """Answer line by line until the input ends."""
    algorithm = get_algorithm(sys.argv[1])
    if algorithm is None:
        raise SystemExit(f"nomenklatura has no {sys.argv[1]}")
    config = algorithm.default_config()
    entities = [_entity(f"r{place}", record) for place, record in enumerate(json.loads(sys.stdin.readline()))]
    _say({name: version(name) for name in ("nomenklatura", "followthemoney", "rigour")})
    for number, line in enumerate(sys.stdin):  # an id for each: logic-v2 remembers the names of an entity by it
        asked = json.loads(line)
        began = time.thread_time()
        query = _entity(f"q{number}", asked["query"])
        sent = [_entity(f"q{number}r{place}", record) for place, record in enumerate(asked.get("records", ()))]
        compared = [*(entities[place] for place in asked.get("places", ())), *sent]
        scores = [float(algorithm.compare(query, entity, config).score) for entity in compared]
        _say({"scores": scores, "ms": (time.thread_time() - began) * 1000})


def _say(answer: object) -> None:
    print(json.dumps(answer), flush=True)


def _entity(key: str, fields: Mapping[str, Any]) -> Any:
    properties = {
        "name": list(fields["names"]),
        "birthDate": list(fields["birth_dates"]),
        "nationality": [code.lower() for code in fields["nationalities"]],
        "gender": [SEXES[sex] for sex in [fields.get("sex")] if sex in SEXES],
    }
    return model.get_proxy({"id": key, "schema": "Person", "properties": properties})


if __name__ == "__main__":
    main()

"""How many wrong identifiers are noticed, and how many right ones refused? See README.md beside this file.

python -m benchmarks.identifiers.run [--errors 20000] [--repeats 3] [--seed 1] [--schemes vin imo] [--write NAME]
"""

import argparse
import json
import os
import platform
import statistics
import sys
import time
from collections import Counter
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from random import Random
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from benchmarks.identifiers.seeding import FAMILIES, Family, spoilt
from liaison.identifiers import mrz
from liaison.identifiers.partial_dates import PartialDate
from liaison.identifiers.registry import scheme_named
from liaison.identifiers.schemes import Checked, Verdict
from liaison.refusal import Refused

TODAY = date(2026, 11, 25)
RESULTS = Path(__file__).resolve().parent / "results"


def noticed(checked: Checked) -> bool:
    """Whether the officer is told that something is wrong or unusual."""
    return checked.verdict in (Verdict.INVALID, Verdict.DOUBTFUL) or bool(checked.findings)


def measured(errors: int, seed: int, families: Sequence[Family] = FAMILIES) -> dict[str, Any]:
    """Seed so many errors, spread evenly over families and their kinds of errors; check as many valid ones."""
    random = Random(seed)
    cells = [(family, kind) for family in families for kind in family.errors]
    seeded, found, beyond, valid, refused, doubted = (Counter[Any]() for _ in range(6))
    taken = 0.0
    for number in range(errors):
        family, kind = cells[number % len(cells)]
        right, wrong = spoilt(random, family, kind)
        began = time.perf_counter()
        seen = _check(family, wrong)
        right_seen = _check(family, right)
        taken += time.perf_counter() - began
        seeded[family.name, kind] += 1
        found[family.name, kind] += noticed(seen)
        beyond[family.name, kind] += not noticed(seen) and family.allowed is not None and family.allowed(wrong)
        valid[family.name] += 1
        refused[family.name] += right_seen.verdict is Verdict.INVALID
        doubted[family.name] += right_seen.verdict is Verdict.DOUBTFUL
    return {
        "found": _share(found.total(), errors),
        "found_of_those_a_validator_can_find": _share(found.total(), errors - beyond.total()),
        "valid_refused": _share(refused.total(), errors),
        "valid_doubted": _share(doubted.total(), errors),
        "microseconds_a_check": round(taken / errors / 2 * 1e6, 1),
        "families": {
            family.name: {
                "scheme": family.scheme,
                "found": _share(_of(found, family), _of(seeded, family)),
                "valid_refused": _share(refused[family.name], valid[family.name]),
                "valid_doubted": _share(doubted[family.name], valid[family.name]),
                "cannot_be_seen": family.bound,
                "kinds": {
                    kind: {
                        "seeded": seeded[family.name, kind],
                        "found": _share(found[family.name, kind], seeded[family.name, kind]),
                        "most": _share(
                            seeded[family.name, kind] - beyond[family.name, kind], seeded[family.name, kind]
                        ),
                    }
                    for kind in family.errors
                },
            }
            for family in families
        },
    }


def _check(family: Family, text: str) -> Checked:
    if family.scheme in READERS:
        return READERS[family.scheme](text)
    return scheme_named(family.scheme).check(text, family.country)


def _zone(text: str) -> Checked:
    """Return what is said of a machine-readable zone: noticed is any failed check digit, warning or repair."""
    try:
        zone = mrz.parse(text, today=TODAY)
    except Refused as refused:
        return Checked("", Verdict.INVALID, refused.findings)
    right = zone.all_checks_right and not zone.warnings and not zone.repairs
    return Checked(zone.number, Verdict.VALID if right else Verdict.DOUBTFUL, zone.warnings)


def _date(text: str) -> Checked:
    """Return what is said of a date: one that no calendar has is refused."""
    try:
        return Checked(str(PartialDate.parse(text)), Verdict.VALID)
    except Refused as refused:
        return Checked("", Verdict.INVALID, refused.findings)


READERS = {"mrz": _zone, "date": _date}
"""What is no scheme of identifiers and yet typed and scanned: zones and dates."""


def _of(counts: Counter[Any], family: Family) -> int:
    return sum(counts[family.name, kind] for kind in family.errors)


def _share(part: int, whole: int) -> float:
    return round(part / whole, 5) if whole else 0.0


def main() -> None:
    """Measure, print the answer, and freeze it if asked."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--errors", type=int, default=20_000)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--schemes", nargs="+", help="only these; all when not given")
    parser.add_argument("--write", metavar="NAME", help="keep the answer in results/NAME.json")
    asked = parser.parse_args()
    families = [family for family in FAMILIES if not asked.schemes or family.scheme in asked.schemes]
    runs = [measured(asked.errors, asked.seed + repeat, families) for repeat in range(asked.repeats)]
    whole = [name for name, value in runs[0].items() if isinstance(value, float)]
    answer = {
        "machine": {"cores": os.cpu_count(), "processor": platform.machine(), "python": platform.python_version()},
        "errors": asked.errors,
        "seeds": [asked.seed + repeat for repeat in range(asked.repeats)],
        "spread": {
            name: {
                "median": statistics.median(run[name] for run in runs),
                "least": min(run[name] for run in runs),
                "most": max(run[name] for run in runs),
            }
            for name in whole
        },
        "families": runs[0]["families"],
    }
    text = json.dumps(answer, indent=1, ensure_ascii=False)
    print(text)
    if asked.write:
        (RESULTS / f"{asked.write}.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()

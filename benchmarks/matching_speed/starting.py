"""A new process that maps an index and answers once: what a start costs. The question comes as JSON."""

import json
import sys
import time
from pathlib import Path

from liaison.matching import Layers, open_segment


def main() -> None:
    """Print how long it took to open the file and to answer first."""
    question = json.load(sys.stdin)
    began = time.perf_counter()
    layers = Layers([open_segment(Path(sys.argv[1]))])
    opened = time.perf_counter()
    layers.search(question, scope=None)
    answered = time.perf_counter()
    print(json.dumps({"opened, seconds": round(opened - began, 4), "answered, seconds": round(answered - began, 4)}))


if __name__ == "__main__":
    main()

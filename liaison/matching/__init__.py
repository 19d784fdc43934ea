"""The engine: one query in, scored and explained candidates out.

`PersonIndex` is the whole of it for a program that has people in memory. What serves many readers is made of the same
parts: `segments` (immutable files that all workers map), `layers` (segments plus the newest changes, seen through a
`Scope`) and `exact` (document numbers and other keys, hashed).
"""

from liaison.matching.building import segment_of
from liaison.matching.combining import combine
from liaison.matching.exact_search import Found
from liaison.matching.explanation import Feature, Part
from liaison.matching.layer import Scope
from liaison.matching.layers import Candidate, Layers
from liaison.matching.persons import PersonIndex, Result, warm_up
from liaison.matching.search_document import NO_AUDIENCE, IndexDocument, SearchDocument
from liaison.matching.segments import (
    FORMAT,
    Segment,
    SegmentUnreadable,
    open_segment,
    sync_folder,
    write_segment,
)

__all__ = [
    "FORMAT",
    "NO_AUDIENCE",
    "Candidate",
    "Feature",
    "Found",
    "IndexDocument",
    "Layers",
    "Part",
    "PersonIndex",
    "Result",
    "Scope",
    "SearchDocument",
    "Segment",
    "SegmentUnreadable",
    "combine",
    "open_segment",
    "segment_of",
    "sync_folder",
    "warm_up",
    "write_segment",
]

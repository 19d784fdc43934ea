"""A record as partners outside get it: what the record is, and what a format says beside its fields."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from liaison.formats.losses import Outgoing
from liaison.viewer import Level


@dataclass(frozen=True, slots=True)
class SharedRecord:
    """One record, who answers for it, since when and in what state. Moments are aware UTC.

    `conditions` are the codes under which it may be used, which go with it.
    """

    record: Outgoing
    source_name: str
    entered_at: datetime
    changed_at: datetime
    level: Level = Level.OFFICIAL_USE
    withdrawn: bool = False
    conditions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Terms:
    """How a copy may be used: the TLP 2.0 label of each confidentiality level (`TLP:AMBER`), as the sender decides.

    A level without a label goes out unmarked; nothing here decides who may have a copy.
    """

    markings: Mapping[Level, str] = field(default_factory=dict)

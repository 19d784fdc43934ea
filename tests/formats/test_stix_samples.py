"""The OASIS committee's own examples: none tells of a record, and everything in them is counted."""

import io

import pytest

from liaison.formats.rows import Edition
from liaison.formats.stix import parse

pytestmark = pytest.mark.samples

UNKEPT = {
    "oasis-indicator-for-c2-ip-address.json": 6,
    "oasis-indicator-to-campaign-relationship.json": 10,
    "oasis-infrastructure.json": 27,
}


@pytest.mark.parametrize("name", UNKEPT)
def test_then_nothing_of_it_becomes_a_record_and_all_of_it_is_counted(samples, name):
    data = (samples / "interop" / "stix" / name).read_bytes()

    (edition,) = parse(io.BytesIO(data))

    assert isinstance(edition, Edition)
    assert edition.complete
    assert edition.generated_at > "2014"
    assert edition.kept == {}
    assert sum(edition.unkept.values()) == UNKEPT[name]

"""The example on the page about STIX is read as the page says, and by the committee's library."""

import io
import json

import stix2

from liaison.formats import stix, stix_writing
from tests.databases.records_of import a_document
from tests.formats.test_exchange_pages import example


def test_the_police_record_of_the_page_is_a_stolen_passport():
    told = json.loads(example("exchange-stix-and-misp.md", '{"type": "police-record"'))

    row, edition = stix.parse(io.BytesIO(json.dumps({"type": "bundle", "objects": [told]}).encode()))

    assert (row.kind, row.fields, row.findings) == ("travel_documents", a_document(), ())
    assert edition.unkept == {}
    assert stix_writing.EXTENSION_VERSION == "1.0.0"
    stix2.parse(told, allow_custom=False, version="2.1")

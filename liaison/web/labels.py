"""What closed lists of the house are called on a page. A value that is not listed here is shown as it is.

Lists that a declaration labels itself (the choices of a database's fields) are not here.
"""

from collections.abc import Mapping

from liaison.identifiers.registry import SCHEMES
from liaison.refusal import mark

LABELS: Mapping[str, Mapping[str, str]] = {
    "purpose": {
        "wanted": mark("Search for a wanted person"),
        "locate": mark("Locate a person or object"),
        "investigate": mark("Investigation or a person's history"),
        "warn": mark("Warn"),
        "identify": mark("Identify a person or body"),
        "forensic": mark("Forensic analysis"),
        "security_check": mark("Security check"),
        "analyse": mark("Identify threats, trends and networks"),
        "system": mark("Running the installation"),
    },
    "level": {
        "1": mark("Official use"),
        "2": mark("Restricted"),
        "3": mark("Confidential"),
    },
    "status": {
        "active": mark("In force"),
        "withdrawn": mark("Withdrawn"),
        "erased": mark("Erased"),
        "proposed": mark("Proposed"),
        "approved": mark("Approved"),
        "rejected": mark("Rejected"),
    },
    "sex": {
        "F": mark("Female"),
        "M": mark("Male"),
        "X": mark("Not specified on the document"),
        "U": mark("Unknown"),
    },
    "look": {
        "query": mark("Found by a query"),
        "view": mark("Opened"),
        "export": mark("Exported"),
        "print": mark("Printed"),
        "denial": mark("Refused access"),
        "sign_in": mark("Signed in"),
    },
    "own_look": {
        "query": mark("Asked a question"),
        "view": mark("Opened records"),
        "export": mark("Exported records"),
        "print": mark("Printed a record"),
        "denial": mark("Was refused access"),
        "sign_in": mark("Signed in"),
    },
    "action": {
        "records.entered": mark("Entered"),
        "records.changed": mark("Changed"),
        "records.withdrawn": mark("Withdrawn"),
        "records.erased": mark("Erased"),
        "policies.proposed": mark("Policy value proposed"),
        "policies.approved": mark("Policy value approved"),
        "policies.rejected": mark("Policy value rejected"),
        "members.joined": mark("Member joined"),
    },
    "error_what": {
        "wrong_field": mark("Something in it is wrong"),
        "wrong_person": mark("It is about somebody or something else"),
        "out_of_date": mark("It is out of date"),
        "should_not_be": mark("It should not be here"),
        "other": mark("Something else"),
    },
    "error_status": {
        "open": mark("Not seen yet"),
        "acknowledged": mark("Seen by the source"),
        "answered": mark("Answered"),
    },
    "error_outcome": {
        "corrected": mark("Corrected"),
        "withdrawn": mark("Withdrawn"),
        "kept": mark("Kept as it is"),
    },
    "mrz_field": {
        "number": mark("Document number"),
        "birth": mark("Birth date"),
        "expiry": mark("Expiry date"),
        "optional": mark("Personal number"),
        "composite": mark("Whole line"),
    },
    "verdict": {
        "right": mark("adds up"),
        "wrong": mark("does not add up"),
        "absent": mark("not given"),
    },
    "reading": {
        "mrz": mark("Machine-readable zone"),
        "name": mark("Name"),
        "document_number": mark("Document number"),
        "reference": mark("Reference"),
        "date": mark("Date"),
        "identifier": mark("Number of a thing"),
    },
    "scheme": {name: scheme.label for name, scheme in SCHEMES.items()},
    "who_may_enter": {
        "source": mark("Any source with the right to enter records"),
        "issuing_country": mark("Only the country that issued the document"),
    },
    "reader_kind": {
        "bureau": mark("Bureaus"),
        "regional_body": mark("Regional bodies"),
        "secretariat": mark("The secretariat"),
        "commission": mark("The commission"),
        "partner": mark("Partners"),
        "agency": mark("Agencies"),
        "system": mark("Running the installation"),
    },
    "field_type": {
        "text": mark("Text"),
        "long_text": mark("Long text"),
        "name": mark("Name"),
        "choice": mark("Choice"),
        "yes_no": mark("Yes or no"),
        "whole_number": mark("Whole number"),
        "date": mark("Day"),
        "partial_date": mark("Date as far as it is known"),
        "country": mark("Country"),
        "language": mark("Language"),
        "script": mark("Script"),
        "document_number": mark("Document number"),
        "number_range": mark("Range of numbers"),
        "identifier": mark("Number of a thing"),
        "image": mark("Picture"),
        "group": mark("Group"),
    },
    "how": {
        "number": mark("the same"),
        "misread": mark("easily misread as it"),
        "part": mark("fits what is known"),
    },
    "right": {
        "query": mark("ask questions"),
        "read_records": mark("read records"),
        "enter_records": mark("enter records"),
        "withdraw_records": mark("withdraw records"),
        "erase_records": mark("erase records"),
        "import_lists": mark("import lists"),
        "approve_imports": mark("approve imports"),
        "change_policies": mark("propose policy values"),
        "approve_policies": mark("decide policy values"),
        "administer_members": mark("administer members"),
        "audit": mark("read the ledger"),
        "oversee": mark("oversee"),
    },
    "mark": {
        "V": mark("Text verified"),
        "K": mark("Known, not re-read"),
        "D": mark("Own design"),
    },
}

TONES: Mapping[str, Mapping[str, str]] = {
    "level": {"1": "neutral", "2": "warning", "3": "danger"},
    "status": {
        "active": "good",
        "withdrawn": "warning",
        "erased": "neutral",
        "proposed": "info",
        "approved": "good",
        "rejected": "neutral",
    },
    "error_status": {"open": "warning", "acknowledged": "info", "answered": "good"},
    "error_outcome": {"corrected": "good", "withdrawn": "good", "kept": "neutral"},
    "verdict": {"right": "good", "wrong": "danger", "absent": "neutral"},
    "mark": {"V": "good", "K": "info", "D": "neutral"},
}

SIGNS: Mapping[str, Mapping[str, str]] = {
    "level": {"1": "shield", "2": "shield-half", "3": "shield-lock"},
    "status": {
        "active": "circle-check",
        "withdrawn": "archive",
        "erased": "eraser",
        "proposed": "clock",
        "approved": "circle-check",
        "rejected": "circle-x",
    },
    "error_status": {"open": "clock", "acknowledged": "eye", "answered": "check"},
    "error_outcome": {"corrected": "pencil", "withdrawn": "archive", "kept": "minus"},
    "verdict": {"right": "check", "wrong": "x", "absent": "minus"},
    "kind": {
        "persons": "user",
        "organisations": "building",
        "travel_documents": "e-passport",
        "administrative_documents": "license",
        "counterfeit_documents": "file-alert",
        "document_specimens": "file-certificate",
        "vehicles": "car",
        "vehicle_parts": "engine",
        "vessels": "ship",
        "vessel_engines": "propeller",
        "aircraft": "plane",
        "firearms": "crosshair",
        "firearm_models": "target",
        "artworks": "palette",
        "payment_instruments": "credit-card",
        "stolen_identities": "masks-theater",
        "containers": "package",
        "goods": "diamond",
        "devices": "device-mobile",
    },
}
SIGN_OF_ANYTHING = "file-text"


def label(of: str, value: object) -> str:
    """Return what a value of a closed list is called, in English; the value itself where the list lacks it."""
    return LABELS[of].get(str(value), str(value))

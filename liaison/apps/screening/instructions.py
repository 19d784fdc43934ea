"""What to do, and never to do, on a positive result where the officer's country has given no instruction of its own.

A match is a lead, not an arrest: every sentence sends the officer to his own bureau before anything is done to a
person. The sentences are the installation's policy until a bureau writes its own.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from liaison.refusal import mark
from liaison.rules.special_data import STATUS, VULNERABLE_STATUSES


@dataclass(frozen=True, slots=True)
class Instruction:
    """One sentence to act on and one never to forget; both are message ids."""

    do: str
    never: str
    source: str = "policy: default_instruction"


PERSON = Instruction(
    do=mark("Call your bureau now and compare the person with the record."),
    never=mark("Never detain on this alone."),
)
VULNERABLE = Instruction(
    do=mark("Make sure that the person is safe, then call your bureau."),
    never=mark("Never treat this person as a suspect."),
)
ORGANISATION = Instruction(
    do=mark("Call your bureau before any transaction goes on."),
    never=mark("Never tell the person what was found."),
)
DOCUMENT = Instruction(
    do=mark("Keep the document in sight and ask its issuing country through your bureau."),
    never=mark("Never take the bearer for the thief: documents are found, bought and returned."),
)

PAPER = Instruction(
    do=mark("Keep the document in sight and ask who reported it through your bureau."),
    never=mark("Never take the bearer for the thief: documents are found, bought and returned."),
)
FORGERY = Instruction(
    do=mark("Compare the document with the signs that the alert names, and show it to an examiner of documents."),
    never=mark("Never call a document forged on its number alone: the genuine one may bear it too."),
)
SPECIMEN = Instruction(
    do=mark("Compare the document with the example; a number printed on specimens belongs to nobody."),
    never=mark("Never let one missing feature decide: ask an examiner of documents."),
)
VEHICLE = Instruction(
    do=mark(
        "Compare VIN, plates and papers on the vehicle itself, then ask its owner's country through your bureau."
    ),
    never=mark("Never take the driver for the thief: stolen vehicles are sold, hired and given back."),
)
PART = Instruction(
    do=mark("Compare the number on the part, look for the vehicle it came from, and call your bureau."),
    never=mark("Never take who fitted or bought the part for the thief."),
)
VESSEL = Instruction(
    do=mark("Compare hull number, name and flag on board, and call your bureau before she sails."),
    never=mark("Never go by the name alone: names and flags are changed, and crews rarely know."),
)
ENGINE = Instruction(
    do=mark("Compare the number on the engine with that of its boat, and call your bureau."),
    never=mark("Never take who runs the boat for the thief: engines are sold on."),
)
AIRCRAFT = Instruction(
    do=mark("Compare the plate in the airframe with the mark on the tail, and call your bureau before take-off."),
    never=mark("Never go by the mark alone: it is painted over more easily than the serial number."),
)
FIREARM = Instruction(
    do=mark("Make the weapon safe, compare make, model, calibre and number, and call your bureau."),
    never=mark("Never go by the number alone: makers number their weapons alike."),
)
FIREARM_MODEL = Instruction(
    do=mark("Use this to identify the weapon and find its number, then ask for that number."),
    never=mark("Never read this as a report: it says nothing about this one weapon."),
)
ARTWORK = Instruction(
    do=mark("Compare the object with picture, measurements and marks, and ask who reported it through your bureau."),
    never=mark("Never damage, clean or give back the object before that: buyers may have acted in good faith."),
)
PAYMENT = Instruction(
    do=mark("Call your bureau at once and ask the issuer to hold the money: minutes count."),
    never=mark("Never take the holder for the fraudster: accounts and cards are stolen and lent."),
)
STOLEN_IDENTITY = Instruction(
    do=mark("Speak to the person in private, use the proof that the victim left, and call your bureau."),
    never=mark("Never treat this person as a suspect: he or she may be the victim."),
)
CONTAINER = Instruction(
    do=mark("Keep the container where it is, compare number and seals, and call your bureau."),
    never=mark("Never open it alone: it may hold what is dangerous, or evidence."),
)
GOODS = Instruction(
    do=mark("Compare number and marks on the object itself, and ask who reported it through your bureau."),
    never=mark("Never take who has it for the thief: stolen goods are sold on."),
)
DEVICE = Instruction(
    do=mark("Leave the device as it is, compare its number on the screen and the case, and call your bureau."),
    never=mark("Never look into it without the authority that your law asks for."),
)

NOT_VOUCHED_FOR = Instruction(
    do=mark("Do not arrest on this: ask the source through your bureau."),
    never=mark("Never detain on this: no signature of its source holds for it."),
    source="policy: signatures",
)
"""For what could lead to an arrest and bears no signature that holds, whoever wrote it."""

_VULNERABLE_STATUS = frozenset({"missing", "victim", "witness", "unidentified", "deceased"})
_BY_KIND: Mapping[str, Instruction] = {
    "organisations": ORGANISATION,
    "travel_documents": DOCUMENT,
    "administrative_documents": PAPER,
    "counterfeit_documents": FORGERY,
    "document_specimens": SPECIMEN,
    "vehicles": VEHICLE,
    "vehicle_parts": PART,
    "vessels": VESSEL,
    "vessel_engines": ENGINE,
    "aircraft": AIRCRAFT,
    "firearms": FIREARM,
    "firearm_models": FIREARM_MODEL,
    "artworks": ARTWORK,
    "payment_instruments": PAYMENT,
    "stolen_identities": STOLEN_IDENTITY,
    "containers": CONTAINER,
    "goods": GOODS,
    "devices": DEVICE,
}


def instruction_for(kind: str, fields: Mapping[str, object]) -> Instruction:
    """Return the default instruction for a record of a kind; that for goods where a new kind has none of its own."""
    if kind == "persons":
        return VULNERABLE if fields.get(STATUS) in VULNERABLE_STATUSES else PERSON
    return _BY_KIND.get(kind, GOODS)

"""Goods of value that were stolen or found and that bear a number or a mark: watches, jewellery, tools, instruments.

That other identifiable objects are searched for is K, the fields are D. What bears neither number nor mark is not
recorded here: nobody could ever say that it is the same. Works of art and telephones have databases of their own.
"""

from liaison.databases.common_fields import (
    COLOURS,
    EMBEZZLED,
    EVENT_DETAILS,
    FEATURES,
    FOUND,
    LOST,
    OBJECT_PURPOSES,
    PICTURES,
    REMARKS,
    SEIZED,
    STOLEN,
    SUSPECTED,
)
from liaison.databases.declaration import POLICE, Choice, Database, Field, FieldType, MayEnter, Minimum, SearchKeys
from liaison.refusal import mark
from liaison.viewer import ReaderKind

SERIALS_MAX = 100
COUNT_MAX = 1_000_000

GOODS_KINDS = (
    Choice("watch", mark("Watch")),
    Choice("jewellery", mark("Jewellery")),
    Choice("precious_metal", mark("Precious metal or stones")),
    Choice("electronics", mark("Electronics")),
    Choice("camera", mark("Camera or lens")),
    Choice("tool", mark("Tool")),
    Choice("machine", mark("Machine or generator")),
    Choice("solar", mark("Solar panels")),
    Choice("musical_instrument", mark("Musical instrument")),
    Choice("sports", mark("Sports equipment")),
    Choice("medical", mark("Medical device")),
    Choice("medicine", mark("Medicines")),
    Choice("laboratory", mark("Measuring or laboratory device")),
    Choice("clothing", mark("Clothing, bags or leather goods")),
    Choice("tobacco", mark("Tobacco or spirits")),
    Choice("money", mark("Banknotes or securities")),
    Choice("uniform", mark("Uniform, badge or service equipment")),
    Choice("radioactive", mark("Radioactive or dangerous material")),
    Choice("other", mark("Other goods")),
)

EVENTS = (STOLEN, EMBEZZLED, LOST, SUSPECTED, SEIZED, FOUND)

DATABASE = Database(
    kind="goods",
    version=1,
    label=mark("Goods"),
    purpose=mark("To find stolen goods that bear a number or a mark, and to give found ones back."),
    reference_prefix="RX",
    fields=(
        Field("goods_kind", mark("Kind of goods"), FieldType.CHOICE, required=True, choices=GOODS_KINDS),
        Field("event", mark("What happened"), FieldType.CHOICE, required=True, choices=EVENTS),
        Field("make", mark("Make")),
        Field("model", mark("Model")),
        Field(
            "serials", mark("Serial numbers"), FieldType.IDENTIFIER, many=True, scheme="serial", most=SERIALS_MAX
        ),
        Field(
            "marks", mark("Marks"), many=True,
            help=mark("Engravings, hallmarks, labels: what is written and where."),
        ),
        Field("materials", mark("Materials"), many=True),
        Field("colour", mark("Colour"), FieldType.CHOICE, choices=COLOURS),
        Field("count", mark("How many"), FieldType.WHOLE_NUMBER, smallest=1, largest=COUNT_MAX),
        FEATURES,
        PICTURES,
        *EVENT_DETAILS,
        REMARKS,
    ),
    purposes=OBJECT_PURPOSES,
    who_may_enter=MayEnter.SOURCE,
    who_may_query=POLICE | {ReaderKind.PARTNER},
    search_keys=SearchKeys(identifiers=("serials",)),
    retention_policy="retention.goods_years",
    retention_years=10,
    title_fields=("make", "model", "serials", "marks"),
    minimum=(
        Minimum(
            ("serials", "marks", "features", "pictures"),
            mark("Nothing tells these goods from others of their kind."),
            mark("Give a serial number or a mark, or add a picture."),
        ),
    ),
)  # fmt: skip

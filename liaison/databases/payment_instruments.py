"""Payment cards, bank accounts and crypto-asset addresses that were stolen, compromised or used for fraud.

That stolen payment data are kept is K, the fields are D. No holder's name: a card's owner is mostly the victim, and
who lent an account is a person's record. The BIC tells the bank and finds nothing: all accounts of a bank share it.
"""

from collections.abc import Mapping

from liaison.databases.common_fields import EVENT_DETAILS, LOST, OBJECT_PURPOSES, REMARKS, SEIZED, STOLEN, SUSPECTED
from liaison.databases.declaration import POLICE, Choice, Database, Field, FieldType, MayEnter, Minimum, SearchKeys
from liaison.refusal import Finding, mark
from liaison.viewer import ReaderKind

INSTRUMENT_KINDS = (
    Choice("card", mark("Payment card")),
    Choice("bank_account", mark("Bank account")),
    Choice("wallet", mark("Crypto-asset address")),
    Choice("online_account", mark("Account with a payment service")),
    Choice("cheque", mark("Cheque")),
    Choice("voucher", mark("Prepaid card or voucher")),
    Choice("other", mark("Other means of payment")),
)

EVENTS = (
    STOLEN,
    LOST,
    Choice("compromised", mark("Data compromised")),
    Choice("forged", mark("Forged or copied")),
    SUSPECTED,
    Choice("receives_fraud", mark("Receives money from fraud")),
    Choice("ransom", mark("Receives ransom")),
    SEIZED,
)


def one_instrument(fields: Mapping[str, object]) -> list[Finding]:
    """A record is one card, account or address: two of them have two fates."""
    numbers = [name for name in ("card", "iban", "wallet") if fields.get(name)]
    return [_several(numbers[1])] if len(numbers) > 1 else []


def _several(field: str) -> Finding:
    return Finding(
        code="payment_instruments.several",
        problem=mark("A card, an account or an address are given in one record."),
        remedy=mark("Enter each of them by itself, so that each can be withdrawn by itself."),
        field=field,
    )


DATABASE = Database(
    kind="payment_instruments",
    version=1,
    label=mark("Means of payment"),
    purpose=mark("To stop the use of stolen cards and accounts, and to follow money from fraud."),
    reference_prefix="RY",
    fields=(
        Field("instrument_kind", mark("Kind of means of payment"), FieldType.CHOICE, choices=INSTRUMENT_KINDS),
        Field("event", mark("What happened"), FieldType.CHOICE, required=True, choices=EVENTS),
        Field("card", mark("Payment card number"), FieldType.IDENTIFIER, scheme="card"),
        Field("iban", mark("IBAN"), FieldType.IDENTIFIER, scheme="iban"),
        Field(
            "account_number", mark("Account number"), FieldType.IDENTIFIER, scheme="serial",
            help=mark("Where the bank has no IBAN, or for an account with a payment service."),
        ),
        Field("wallet", mark("Crypto-asset address"), FieldType.IDENTIFIER, scheme="wallet"),
        Field("other_number", mark("Number of a cheque or voucher"), FieldType.IDENTIFIER, scheme="serial"),
        Field("bic", mark("BIC"), FieldType.IDENTIFIER, scheme="bic"),
        Field("issuer", mark("Bank or issuer")),
        Field("country", mark("Country"), FieldType.COUNTRY),
        Field("currency", mark("Currency or crypto-asset")),
        Field("expires_on", mark("Expires on"), FieldType.PARTIAL_DATE),
        Field("used_since", mark("Used for crime since"), FieldType.PARTIAL_DATE),
        Field("scheme_of_fraud", mark("How it was misused"), FieldType.LONG_TEXT),
        Field(
            "blocked", mark("Blocked by its issuer"), FieldType.YES_NO,
            help=mark("If not, ask its issuer through your bureau at once: minutes count."),
        ),
        *EVENT_DETAILS,
        REMARKS,
    ),
    purposes=OBJECT_PURPOSES,
    who_may_enter=MayEnter.SOURCE,
    who_may_query=POLICE | {ReaderKind.PARTNER},
    search_keys=SearchKeys(identifiers=("card", "iban", "account_number", "wallet", "other_number")),
    retention_policy="retention.payment_instruments_years",
    retention_years=10,
    title_fields=("issuer", "card", "iban", "account_number", "wallet", "other_number"),
    minimum=(
        Minimum(
            ("card", "iban", "account_number", "wallet", "other_number"),
            mark("The means of payment has no number."),
            mark("Give the number of the card or account, or the address."),
        ),
    ),
    rules=(one_instrument,),
)  # fmt: skip

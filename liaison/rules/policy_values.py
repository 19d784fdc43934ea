"""Every policy value that an installation may set: name, bounds, default, article and how sure we are of it.

The marks are those of the rule book: V was read in the source's text, K is known but not re-read, D is a design
suggestion. A value marked K or D may refuse, but a refusal then names the policy value and never the article.
"""

from dataclasses import dataclass
from enum import StrEnum

from liaison.databases import all_databases
from liaison.databases.declaration import Database
from liaison.refusal import Finding, Refused, mark
from liaison.rules import use
from liaison.viewer import Purpose


class Mark(StrEnum):
    """How sure the origin of a value is."""

    VERIFIED = "V"
    KNOWN = "K"
    DESIGN = "D"


@dataclass(frozen=True, slots=True)
class PolicyValue:
    """A whole number with bounds and a unit, and where it comes from.

    `label` and `of` are message ids; `of` says of what, where several values bear the same label.
    """

    name: str
    label: str
    unit: str
    default: int
    smallest: int
    largest: int
    mark: Mark
    article: str = ""
    of: str = ""

    @property
    def source(self) -> str:
        """What a refusal may print as its ground: the article only where its text was verified."""
        return self.article if self.mark is Mark.VERIFIED and self.article else f"policy: {self.name}"

    def check(self, value: int) -> int:
        """Return the value, or raise Refused when it lies outside the bounds."""
        if self.smallest <= value <= self.largest:
            return value
        raise Refused(
            Finding(
                code="policy.out_of_bounds",
                problem=mark("“%(name)s” must be between %(smallest)s and %(largest)s %(unit)s, not %(value)s."),
                remedy=mark("Choose a value inside the bounds."),
                source=f"policy: {self.name}",
                field="value",
                values={
                    "name": self.name,
                    "smallest": self.smallest,
                    "largest": self.largest,
                    "unit": self.unit,
                    "value": value,
                },
            )
        )


def retention_of(database: Database) -> PolicyValue:
    """Return the policy value that says how long a database's records are kept, as its declaration has it."""
    return PolicyValue(
        database.retention_policy,
        mark("How long a record is kept"),
        mark("years"),
        database.retention_years,
        1,
        database.retention_years_max,
        Mark.VERIFIED if database.retention_is_verified else Mark.DESIGN,
        "RPD art. 49",
        of=database.label,
    )


_PURPOSE_LABELS = {
    Purpose.WANTED: mark("Search for a wanted person"),
    Purpose.LOCATE: mark("Locate a person or object"),
    Purpose.INVESTIGATE: mark("Investigation or a person's history"),
    Purpose.WARN: mark("Warn"),
    Purpose.IDENTIFY: mark("Identify a person or body"),
    Purpose.FORENSIC: mark("Forensic analysis"),
    Purpose.SECURITY_CHECK: mark("Security check"),
    Purpose.ANALYSE: mark("Identify threats, trends and networks"),
}


def needs_of(purpose: Purpose) -> PolicyValue:
    """Return the policy value that says what a typed question for a purpose needs."""
    return PolicyValue(
        use.needs_policy(purpose),
        mark("What a typed question needs"),
        mark("(0 nothing, 1 a reason, 2 a reason and a reference)"),
        use.Needs.REASON_AND_REFERENCE,
        use.Needs.NOTHING,
        use.Needs.REASON_AND_REFERENCE,
        Mark.KNOWN,
        "RPD art. 10",
        of=_PURPOSE_LABELS[purpose],
    )


_CATALOGUE = (
    *(retention_of(database) for database in all_databases().values()),
    PolicyValue(
        "records.expiry_notice_days", mark("How long before a record ends its source is asked"), mark("days"),
        180, 30, 730, Mark.VERIFIED, "RPD art. 50",
    ),
    PolicyValue(
        "records.erased_after_days", mark("How long a record that has ended waits to be erased"), mark("days"),
        30, 0, 365, Mark.KNOWN, "RPD art. 50",
    ),
    PolicyValue(
        "records.error_ack_hours", mark("How soon a source says that it has seen a reported error"), mark("hours"),
        24, 1, 720, Mark.DESIGN,
    ),
    PolicyValue(
        "records.error_answer_days", mark("How soon a source answers a reported error"), mark("days"),
        30, 1, 365, Mark.DESIGN,
    ),
    PolicyValue(
        "records.error_open_max", mark("Reported errors of one body that may be open on one record"), mark("reports"),
        5, 1, 100, Mark.DESIGN,
    ),
    PolicyValue(
        "records.restriction_confirm_days",
        mark("How often a restriction of everything that a body holds is confirmed"), mark("days"),
        365, 30, 730, Mark.KNOWN, "RPD art. 58",
    ),
    PolicyValue(
        "records.restriction_grace_days",
        mark("How long after that it waits before anything is done by itself"), mark("days"),
        30, 0, 180, Mark.DESIGN,
    ),
    PolicyValue(
        "records.restriction_lapses",
        mark("Whether a restriction that nobody confirmed ends (1) or stays (0)"), mark("yes or no"),
        0, 0, 1, Mark.KNOWN, "RPD art. 58",
    ),
    PolicyValue(
        "special_data.minor_under_years", mark("Under which age a person is a minor"), mark("years"),
        18, 12, 21, Mark.KNOWN, "RPD art. 41",
    ),
    PolicyValue(
        "special_data.minor_retention_years",
        mark("How long a record of a minor is kept before it is looked at again"),
        mark("years"), 2, 1, 5, Mark.DESIGN, "RPD art. 41",
    ),
    PolicyValue(
        "special_data.minor_legal_basis", mark("Whether a record of a minor must name its legal basis"),
        mark("yes or no"), 1, 0, 1, Mark.KNOWN, "RPD art. 41",
    ),
    PolicyValue(
        "special_data.protected_level_min", mark("Lowest level of a record of a victim or witness"), mark("level"),
        2, 1, 3, Mark.KNOWN, "RPD art. 40",
    ),
    PolicyValue(
        "special_data.sensitive_reason", mark("Whether data on health need a reason of their own"), mark("yes or no"),
        1, 0, 1, Mark.KNOWN, "RPD art. 42",
    ),
    PolicyValue(
        "exchange.withdrawals_alone_permille",
        mark("Share of a list that one person may withdraw alone"), mark("in a thousand"),
        10, 0, 1000, Mark.DESIGN,
    ),
    PolicyValue(
        "exchange.export_max", mark("Most records that one export may hold"), mark("records"),
        10_000, 1, 1_000_000, Mark.DESIGN,
    ),
    PolicyValue(
        "screening.score_shown_percent", mark("Lowest score at which a candidate is shown"), mark("percent"),
        70, 1, 100, Mark.DESIGN,
    ),
    PolicyValue(
        "screening.candidates_max", mark("Most candidates shown for one query"), mark("records"),
        20, 1, 100, Mark.DESIGN,
    ),
    PolicyValue(
        "screening.partial_max", mark("Most records shown for a part of a number"), mark("records"),
        50, 1, 200, Mark.DESIGN,
    ),
    PolicyValue(
        "screening.forecast_floor", mark("Smallest count of questions that a forecast tells"), mark("questions"),
        5, 3, 100, Mark.DESIGN,
    ),
    PolicyValue(
        "screening.match_percent", mark("Score from which a program is told that a candidate is a match"),
        mark("percent"), 90, 1, 100, Mark.DESIGN,
    ),
    PolicyValue(
        "screening.program_queries_per_minute",
        mark("Questions that one account may ask in a minute by a yente client"), mark("questions"),
        6_000, 1, 60_000, Mark.DESIGN,
    ),
    *(needs_of(purpose) for purpose in Purpose if purpose.is_police),
    PolicyValue(
        use.REFERENCE_LENGTH_MAX, mark("Longest number of a case that a question may bear"), mark("characters"),
        40, 8, 80, Mark.DESIGN,
    ),
    PolicyValue(
        use.SHIFT_HOURS, mark("How long the purpose that was chosen for a shift holds"), mark("hours"),
        12, 1, 24, Mark.DESIGN,
    ),
    PolicyValue(
        "screening.partner_checks_per_minute", mark("Checks that one private partner may submit in a minute"),
        mark("checks"), 600, 1, 60_000, Mark.DESIGN,
    ),
    PolicyValue(
        "screening.partner_checks_waiting_max", mark("Checks of one private partner that may wait to be carried out"),
        mark("checks"), 10_000, 1, 1_000_000, Mark.DESIGN,
    ),
    PolicyValue(
        "screening.partner_match_days", mark("How long a match from a private partner is shown"), mark("days"),
        180, 1, 1825, Mark.DESIGN,
    ),
    PolicyValue(
        "screening.journal_days", mark("How long the sealed text of a query is kept"), mark("days"),
        30, 1, 30, Mark.DESIGN, "RPD art. 126",
    ),
    PolicyValue(
        "audit.checkpoint_seconds", mark("Beat of the ledger's signed checkpoints"), mark("seconds"),
        10, 1, 3600, Mark.DESIGN,
    ),
    PolicyValue(
        "audit.events_months",
        mark("How long it is kept who looked at what"),
        mark("months"),
        36,
        1,
        240,
        Mark.DESIGN,
    ),
    PolicyValue(
        "looks.spot_checks_monthly", mark("How many queries of a body are drawn each month for a spot check"),
        mark("queries"), 10, 0, 1_000, Mark.KNOWN, "RPD art. 120",
    ),
    PolicyValue(
        "looks.spot_answer_days", mark("How long an officer has to state the reason of a query"), mark("days"),
        14, 1, 90, Mark.KNOWN, "RPD art. 120",
    ),
    PolicyValue(
        "looks.watch_days", mark("Of how many days looks are compared to see a signal"), mark("days"),
        7, 1, 31, Mark.DESIGN, "RPD art. 122",
    ),
    PolicyValue(
        "looks.colleagues_factor", mark("How many times more than colleagues is a signal"), mark("times"),
        5, 2, 100, Mark.DESIGN,
    ),
    PolicyValue(
        "looks.one_record_min", mark("Fewest looks at one record that are a signal"), mark("looks"),
        15, 2, 1_000, Mark.DESIGN,
    ),
    PolicyValue(
        "looks.fruitless_min", mark("Fewest queries without a result in one hour that are a signal"), mark("queries"),
        100, 5, 10_000, Mark.DESIGN,
    ),
    PolicyValue(
        "looks.out_of_hours_min", mark("Fewest looks while neither desk nor turn is open that are a signal"),
        mark("looks"), 20, 1, 1_000, Mark.DESIGN,
    ),
    PolicyValue(
        "looks.repeated_days", mark("On how many days the same record is asked for without a follow-up for a signal"),
        mark("days"), 4, 2, 31, Mark.DESIGN,
    ),
    PolicyValue(
        "index.age_seconds_max", mark("Oldest index that may still answer"), mark("seconds"),
        60, 2, 3600, Mark.DESIGN,
    ),
    PolicyValue(
        "glass.hours_max", mark("Longest time for which records are opened in an emergency"), mark("hours"),
        8, 1, 72, Mark.DESIGN,
    ),
    PolicyValue(
        "glass.waiting_hours", mark("How long an emergency opening waits for its second person"), mark("hours"),
        4, 1, 24, Mark.DESIGN,
    ),
    PolicyValue(
        "glass.records_max", mark("Most records that one emergency opening shows"), mark("records"),
        20, 1, 200, Mark.DESIGN,
    ),
    PolicyValue(
        "members.agreement_years_max", mark("Longest time that an agreement holds"), mark("years"),
        5, 1, 20, Mark.DESIGN, "RPD art. 21",
    ),
    PolicyValue(
        "members.review_days", mark("How often an account is confirmed"), mark("days"),
        365, 30, 730, Mark.KNOWN, "RPD art. 107",
    ),
    PolicyValue(
        "members.review_grace_days", mark("How long an account works that nobody confirmed in time"), mark("days"),
        30, 0, 180, Mark.DESIGN,
    ),
    PolicyValue(
        "members.suspension_days_max", mark("Longest time for which the secretariat suspends a body"), mark("days"),
        90, 1, 366, Mark.KNOWN, "RPD art. 131",
    ),
    PolicyValue(
        "members.ended_records_shown",
        mark("Whether others still see the records of a body that has ended (1 yes, 0 no)"), mark("yes or no"),
        0, 0, 1, Mark.DESIGN,
    ),
    PolicyValue(
        "members.proposal_days", mark("How long a proposed change of membership waits for its second person"),
        mark("days"), 30, 1, 365, Mark.DESIGN,
    ),
    PolicyValue(
        "members.token_days", mark("Life of an access token"), mark("days"),
        30, 1, 365, Mark.DESIGN,
    ),
    PolicyValue(
        use.ADMINISTRATIVE_USE, mark("Whether accounts may work for administration, accounting or research"),
        mark("(0 no, 1 yes)"), 0, 0, 1, Mark.KNOWN, "RPD art. 10(6)",
    ),
    PolicyValue(
        "members.session_minutes", mark("Time without activity after which a session asks for the password"),
        mark("minutes"), 30, 5, 1440, Mark.DESIGN,
    ),
    PolicyValue(
        "members.session_minutes_frontline",
        mark("The same for frontline officers, who stand at a counter for a shift"), mark("minutes"),
        480, 5, 1440, Mark.DESIGN,
    ),
    PolicyValue(
        "members.session_hours_max", mark("Longest life of a session"), mark("hours"),
        12, 1, 24, Mark.DESIGN,
    ),
    PolicyValue(
        "members.key_days", mark("How long a body signs with one key"), mark("days"),
        730, 30, 1825, Mark.DESIGN,
    ),
    PolicyValue(
        "members.key_rehearsal_days", mark("How often the recovery of a body's key is rehearsed"), mark("days"),
        365, 30, 1095, Mark.DESIGN,
    ),
    PolicyValue(
        "signatures.arrest_unsigned",
        mark("Whether what could lead to an arrest is entered while the body's signer is away (1) or refused (0)"),
        mark("0 or 1"), 0, 0, 1, Mark.DESIGN,
    ),
    PolicyValue(
        "signatures.others_unsigned",
        mark("Whether all else is entered while the body's signer is away (1), to be signed later, or refused (0)"),
        mark("0 or 1"), 1, 0, 1, Mark.DESIGN,
    ),
)  # fmt: skip

CATALOGUE: dict[str, PolicyValue] = {value.name: value for value in _CATALOGUE}


def policy_value(name: str) -> PolicyValue:
    """Return the declaration of a policy value; an unknown name is a bug of the caller."""
    return CATALOGUE[name]

"""The one algorithm that scores here, under the names by which a client may ask for it, and what its features are."""

from collections.abc import Mapping

from liaison.apps.yente.datasets import SHOWN_MAX, BadQuery
from liaison.matching import Feature
from liaison.refusal import Finding, mark

NAME, BEST = "liaison-evidence", "best"
DESCRIPTION = (
    "Evidence for and against, added up as log-odds from a prior. The score is the probability that the record is "
    "meant; the features sum to it."
)
NUMBER, MISREAD, PART = "number", "number_misread", "number_part"
FEATURES: Mapping[str, str] = {
    NUMBER: "The same number of a document or thing: the score is 1.",
    MISREAD: "A number that is easily misread as the one asked for.",
    PART: "A number that fits what is known of it.",
    Feature.PRIOR: "How likely any record is to be the one meant, before anything is compared.",
    Feature.DOCUMENT: "Numbers of documents.",
    Feature.NAME: "The words of the names that agree, by how rare they are.",
    Feature.NAME_DIFFERENCE: "The words of the names that do not agree.",
    Feature.NAME_ORDER: "The order of the words.",
    Feature.BIRTH_DATE: "Birth dates, or when an organisation was founded; partial ones as far as they go.",
    Feature.NATIONALITY: "Nationalities, or the countries of an organisation.",
    Feature.SEX: "Sex.",
}


def check_algorithm(name: str) -> None:
    """Raise BadQuery for an algorithm that there is not; no name means the one that there is."""
    if name not in ("", NAME, BEST):
        raise BadQuery(
            Finding(
                code="yente.no_algorithm",
                problem=mark("There is no algorithm “%(name)s”."),
                remedy=mark("Use one of: %(names)s."),
                field="algorithm",
                values={"name": name[:SHOWN_MAX], "names": f"{NAME}, {BEST}"},
            )
        )

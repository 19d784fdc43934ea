"""What is said of identifiers of every kind in the same words, and how a judgement is put together."""

from liaison.identifiers.schemes import Checked, Verdict
from liaison.identifiers.spelling import look_alikes
from liaison.refusal import Finding, mark

ALTERNATIVES_MAX = 12

COMPARE = mark("Compare it with the thing itself, character by character.")


def empty(scheme: str) -> Checked:
    """Return the judgement of a text that holds nothing to compare."""
    finding = Finding(
        f"{scheme}.empty",
        mark("The text holds no letter or digit."),
        mark("Type the number as it is written on the thing."),
    )
    return Checked("", Verdict.INVALID, (finding,))


def of_spelling(scheme: str, text: str) -> list[Finding]:
    """Return a finding where Cyrillic or Greek letters were read as the Latin ones that look like them."""
    letters = look_alikes(text)
    if not letters:
        return []
    return [
        Finding(
            f"{scheme}.look_alikes",
            mark("Letters of another script are read as the Latin ones that they look like: %(letters)s"),
            mark("Nothing is to be done if the thing itself bears them; else type them on a Latin keyboard."),
            values={"letters": " ".join(letters[:20])},
        )
    ]


def placeholder(scheme: str) -> Finding:
    """Return the finding that stands where a number was not known."""
    return Finding(
        f"{scheme}.placeholder",
        mark("This looks like a placeholder, not like a number."),
        mark("Leave it empty if the number is not known."),
    )


def wrong_check_digit(scheme: str, source: str) -> Finding:
    """Return the finding of a number that does not add up."""
    return Finding(
        f"{scheme}.check_digit",
        mark("The number does not add up: its check digit is another one."),
        COMPARE,
        source=source,
    )


def wrong_length(scheme: str, source: str, *, length: int, right: int | str) -> Finding:
    """Return the finding of a number with too few or too many characters."""
    return Finding(
        f"{scheme}.length",
        mark("The number has %(length)s characters; numbers of this kind have %(right)s."),
        mark("Look for a character that is missing or too many."),
        source=source,
        values={"length": length, "right": right},
    )


def too_long(scheme: str, *, length: int, most: int) -> Finding:
    """Return the finding of a number that is longer than any that is known."""
    return Finding(
        f"{scheme}.long",
        mark("The number has %(length)s characters; more than %(most)s are unusual."),
        mark("Check that it is one number only."),
        values={"length": length, "most": most},
    )


def wrong_characters(scheme: str, source: str) -> Finding:
    """Return the finding of letters or digits that never stand where they stand."""
    return Finding(
        f"{scheme}.characters",
        mark("It holds a character that cannot stand there in numbers of this kind."),
        COMPARE,
        source=source,
    )


def unassigned(scheme: str, source: str, beginning: str) -> Finding:
    """Return the finding of a number whose beginning belongs to no country that is known here."""
    return Finding(
        f"{scheme}.unassigned",
        mark("No country is known here to give out numbers that begin with %(beginning)s."),
        COMPARE,
        source=source,
        values={"beginning": beginning[:10]},
    )


def judged(
    normal: str, verdict: Verdict, findings: list[Finding], alternatives: list[str] | tuple[str, ...] = ()
) -> Checked:
    """Return the judgement, its alternatives distinct, without the number itself, at most ALTERNATIVES_MAX."""
    others = [other for other in dict.fromkeys(alternatives) if other and other != normal]
    return Checked(normal, verdict, tuple(findings), tuple(others[:ALTERNATIVES_MAX]))

import pytest

from liaison.identifiers.hulls import check_hull, hull_key, hull_likeness


def said(text: str) -> tuple[str, set[str]]:
    checked = check_hull(text)
    return checked.verdict.value, {finding.code.split(".")[1] for finding in checked.findings}


class TestHullNumbers:
    @pytest.mark.parametrize(
        ("text", "verdict", "codes"),
        [
            ("ABC12345D404", "unchecked", set()),
            ("US-ABC12345D404", "unchecked", set()),
            ("HIN: US ABC12345 D4 04", "unchecked", set()),
            ("ABC12345L304", "unchecked", set()),
            ("ABC12345D504", "doubtful", {"date"}),
            ("ABC12345D204", "doubtful", {"date"}),
            ("ABC12345M404", "doubtful", {"date"}),
            ("ABC123450579", "unchecked", set()),
            ("ABC123451379", "doubtful", {"date"}),
            ("ABC12345M79A", "unchecked", set()),
            ("XX-ABC12345D404", "doubtful", {"unassigned"}),
            ("ABC12345D40", "doubtful", {"length"}),
            ("USABC12345D4044", "doubtful", {"length"}),
            ("ABC00000D404", "doubtful", {"placeholder"}),
            ("ABC12345ДЖ04", "invalid", {"characters"}),
            ("", "invalid", {"empty"}),
        ],
    )
    def test_the_country_and_the_date_are_judged(self, text, verdict, codes):
        assert said(text) == (verdict, codes)

    def test_one_without_its_country_is_found_in_the_second_search(self):
        assert hull_key("USABC12345D404") == hull_key("ABC12345D404")
        assert check_hull("US-ABC12345D404").alternatives == ("ABC12345D404",)

    @pytest.mark.parametrize(("text", "least", "most"), [
        ("US-ABC12345D404", 0.6, 0.6), ("ABC12345D404", 0.5, 0.5), ("ABC12345D504", 0, 0), ("123456780579", 0, 0),
        ("MARIA LOPEZ", 0, 0),
    ])  # fmt: skip
    def test_likeness(self, text, least, most):
        assert least <= hull_likeness(text) <= most

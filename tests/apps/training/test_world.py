"""The invented world: the same everywhere, nobody real, as the databases declare it."""

import hashlib
import json
import re
import time
from collections import Counter
from io import BytesIO
from itertools import pairwise

import pytest
from PIL import Image

from liaison.apps.training.world.documents import DOCUMENTS, documents
from liaison.apps.training.world.people import OFFERED, PEOPLE, people, person
from liaison.apps.training.world.portraits import COUNT, portrait
from liaison.apps.training.world.stocks import COUNTRIES, MANNERS, stock, without_marks
from liaison.apps.training.world.users import officer_of, users
from liaison.identifiers import countries

GENERATION_SECONDS_MAX = 5.0
PORTRAIT_BYTES_MAX = 6_000


@pytest.fixture(scope="module")
def crowd():
    return list(people())


@pytest.fixture(scope="module")
def papers():
    return list(documents())


def digest_of(items) -> str:
    text = json.dumps([[one.country, one.fields] for one in items], ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


class TestGivenTheSameSeed:
    def test_when_the_world_is_invented_then_it_is_the_same_on_every_machine(self, crowd, papers):
        assert (digest_of(crowd), digest_of(papers)) == (PEOPLE_DIGEST, DOCUMENTS_DIGEST)

    def test_when_one_person_is_made_alone_then_he_is_the_one_of_the_crowd(self, crowd):
        assert person(4321) == crowd[4321]

    def test_when_a_portrait_is_drawn_again_then_its_bytes_are_equal(self):
        first = portrait(7, female=True)
        portrait.cache_clear()

        assert portrait(7, female=True) == first

    def test_when_everything_is_invented_then_it_takes_seconds(self):
        started = time.process_time()

        assert sum(1 for _ in people()) == PEOPLE
        assert sum(1 for _ in documents()) == DOCUMENTS
        assert time.process_time() - started < GENERATION_SECONDS_MAX


class TestGivenTheInventedPeople:
    def test_then_they_come_from_every_invented_country(self, crowd):
        assert {one.country for one in crowd} == set(COUNTRIES)
        assert all(countries.by_alpha2(country).invented for country in COUNTRIES)

    def test_then_each_is_written_in_the_script_of_his_country(self, crowd):
        for one in crowd:
            primary, *_ = one.fields["names"]
            assert (primary["kind"], primary["script"]) == ("primary", MANNERS[one.country].script)

    def test_then_a_name_in_another_script_is_romanised_always_alike(self, crowd):
        romanised = {}
        for one in crowd:
            primary, *aliases = one.fields["names"]
            if primary["script"] != "Latn":
                assert aliases[0]["kind"] == "strong_alias"
                assert aliases[0]["script"] == "Latn"
                assert romanised.setdefault(primary["text"], aliases[0]["text"]) == aliases[0]["text"]

    def test_then_names_stand_for_several_scripts_and_kinds(self, crowd):
        names = [name for one in crowd for name in one.fields["names"]]

        assert len({name["script"] for name in names}) >= 9
        assert {name["kind"] for name in names} == {"primary", "strong_alias", "weak_alias", "former"}
        assert all(len(texts) == len(set(texts)) for texts in ([n["text"] for n in o.fields["names"]] for o in crowd))

    def test_then_birth_dates_are_as_exact_as_police_know_them(self, crowd):
        shapes = Counter(
            re.sub(r"\d", "9", day) if isinstance(day, str) else "/".join(sorted(day))
            for one in crowd
            for day in one.fields["birth_dates"]
        )

        assert set(shapes) == {"9999", "9999-99", "9999-99-99", "from/to", "approximate/text"}
        assert any(len(one.fields["birth_dates"]) > 1 for one in crowd)

    def test_then_passport_numbers_are_their_own(self, crowd, papers):
        numbers = [(one.country, one.passport["number"]) for one in crowd if one.passport]
        reported = {(paper.country, paper.fields.get("number")) for paper in papers}

        assert len(numbers) == len(set(numbers))
        assert not reported & set(numbers)

    def test_then_the_offered_one_is_wanted_and_his_passport_stolen(self):
        offered = person(OFFERED)

        assert offered.fields["person_status"] == "charged"
        assert offered.passport_is_stolen
        assert offered.fields["birth_dates"] == [offered.born.isoformat()]

    @pytest.mark.samples
    def test_then_nobody_bears_the_name_of_somebody_on_a_real_list(self, crowd, samples):
        real = (samples / "data" / "un" / "consolidated.xml").read_text(encoding="utf-8")
        real += (samples / "data" / "ofac" / "sdn.csv").read_text(encoding="utf-8", errors="replace")
        words = re.findall(r"[^\W\d]+", without_marks(real).casefold())
        listed = {frozenset(pair) for pair in pairwise(words)}

        for one in crowd:
            family = one.family.casefold().removeprefix("al-")
            assert frozenset((one.given.casefold(), family)) not in listed, (one.given, one.family)


class TestGivenTheStocksOfNames:
    @pytest.mark.parametrize("country", COUNTRIES)
    def test_then_every_word_is_romanised_in_plain_letters(self, country):
        names = stock(country)

        for word in (*names.male, *names.female, *names.family, *names.towns):
            assert re.fullmatch(r"(al-)?[A-Z][a-z]+", word.latin), word
            assert word.native


class TestGivenTheStolenDocuments:
    def test_then_nine_in_ten_are_single_and_the_rest_ranges_of_blanks(self, papers):
        blanks = [paper.fields for paper in papers if paper.fields["event"] == "stolen_blank"]

        assert len(papers) == DOCUMENTS
        assert len(blanks) == DOCUMENTS // 10
        assert all(blank["range"]["first"] < blank["range"]["last"] for blank in blanks)

    def test_then_no_number_is_reported_twice_by_a_country(self, papers):
        numbers = Counter((paper.country, paper.fields["number"]) for paper in papers if "number" in paper.fields)

        assert max(numbers.values()) == 1

    def test_then_each_is_of_the_country_that_enters_it(self, papers):
        assert all(paper.fields["country"] == paper.country for paper in papers)


class TestGivenThePortraits:
    @pytest.mark.parametrize("number", range(0, COUNT, 37))
    def test_then_each_is_a_small_picture(self, number):
        drawn = portrait(number, female=number % 2 == 1)

        with Image.open(BytesIO(drawn)) as picture:
            assert (picture.format, picture.size) == ("PNG", (180, 220))
        assert len(drawn) < PORTRAIT_BYTES_MAX


class TestGivenTheUsers:
    def test_then_names_are_different_and_every_country_has_an_officer(self):
        names = [user.sign_in_name for user in users()]

        assert len(names) == len(set(names))
        assert {officer_of(country) for country in COUNTRIES} <= set(names)


PEOPLE_DIGEST = "b263db19476893cb"
DOCUMENTS_DIGEST = "e410e487d1faa487"

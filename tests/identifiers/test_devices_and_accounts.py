"""IMEI, MAC, IBAN, cards, BIC, LEI, crypto-asset addresses, telephones and e-mail, by worked examples and laws."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from liaison.identifiers.accounts import check_bic, check_card, check_iban, check_lei
from liaison.identifiers.contacts import check_email, check_phone
from liaison.identifiers.devices import check_imei, check_mac
from liaison.identifiers.registry import SCHEMES
from liaison.identifiers.schemes import Verdict
from liaison.identifiers.wallets import check_wallet
from tests.budgets import budget

VALID, INVALID, UNCHECKED, DOUBTFUL = Verdict.VALID, Verdict.INVALID, Verdict.UNCHECKED, Verdict.DOUBTFUL
OURS = ("imei", "mac", "iban", "card", "bic", "lei", "wallet", "phone", "email")
TRIES = settings(max_examples=budget(200, 2_000), deadline=None)


class TestSharedExamples:
    @pytest.mark.parametrize(
        ("name", "scheme"), [("imei", "imei"), ("iban", "iban"), ("bitcoin", "wallet"), ("ethereum", "wallet")]
    )
    def test_each_is_judged_as_its_publisher_says(self, samples, name, scheme):
        for example in json.loads((samples / "interop/ids/identifiers.json").read_text())[name]:
            verdict = SCHEMES[scheme].check(example["v"], "").verdict
            assert (verdict is not INVALID) is example["ok"], example

    def test_telephones_come_to_the_form_of_e164(self, samples):
        for example in json.loads((samples / "interop/ids/identifiers.json").read_text())["phone"]:
            assert f"+{check_phone(example['v']).normal}" == example["e164"]


class TestDevices:
    @pytest.mark.parametrize(
        ("text", "normal", "verdict"),
        [
            ("490154203237518", "49015420323751", VALID),
            ("IMEI: 49-015420-323751-8", "49015420323751", VALID),
            ("49015420323751", "49015420323751", UNCHECKED),
            ("4901542032375123", "49015420323751", UNCHECKED),
            ("490154203237517", "49015420323751", INVALID),
            ("49O154203237518", "49015420323751", DOUBTFUL),
            ("000000000000000", "00000000000000", DOUBTFUL),
            ("49015420323", "49015420323", INVALID),
        ],
    )
    def test_an_imei_with_without_and_with_a_wrong_check_digit(self, text, normal, verdict):
        checked = check_imei(text)

        assert (checked.normal, checked.verdict) == (normal, verdict)

    @pytest.mark.parametrize(
        ("text", "verdict"),
        [
            ("00:1B:63:84:45:E6", UNCHECKED), ("00-1b-63-84-45-e6", UNCHECKED), ("001b.6384.45e6", UNCHECKED),
            ("02:1B:63:84:45:E6", DOUBTFUL), ("01:00:5E:00:00:FB", DOUBTFUL), ("FF:FF:FF:FF:FF:FF", DOUBTFUL),
            ("00:1B:63:84:45", INVALID), ("00:1G:63:84:45:E6", INVALID), ("00:1B-63:84:45:E6", INVALID),
        ],
    )  # fmt: skip
    def test_a_mac_address_in_its_spellings(self, text, verdict):
        assert check_mac(text).verdict is verdict


class TestAccounts:
    @pytest.mark.parametrize(
        ("text", "verdict"),
        [
            ("NO93 8601 1117 947", VALID), ("MT84 MALT 0110 0001 2345 MTLC AST0 01S", VALID),
            ("NO93 8601 1117 948", INVALID), ("NO93 8601 1117 94", INVALID), ("XX12", INVALID), ("", INVALID),
        ],
    )  # fmt: skip
    def test_an_iban_and_its_country(self, text, verdict):
        assert check_iban(text).verdict is verdict

    def test_an_account_of_an_invented_country_counts_by_its_check_digits_alone(self):
        number = int("".join(str(int(one, 36)) for one in "TESTBANK00112233" + "QM00"))
        iban = f"QM{98 - number % 97:02}TESTBANK00112233"

        assert check_iban(iban).verdict is VALID
        assert check_iban(iban[:-1] + "4").verdict is INVALID

    def test_an_iban_with_two_characters_exchanged_proposes_the_right_one(self):
        assert "NO9386011117947" in check_iban("NO9386011117497").alternatives

    @pytest.mark.parametrize(
        ("text", "verdict", "code"),
        [
            ("4000 0000 0000 0002", VALID, ""), ("4000 0000 0000 0003", INVALID, "card.check_digit"),
            ("4000 00** **** 0002", UNCHECKED, "card.masked"), ("4000 00XX XXXX 0002", UNCHECKED, "card.masked"),
            ("4111 1111 1111 1111", DOUBTFUL, "card.placeholder"), ("4000 000", INVALID, "card.length"),
            ("4000 OOOO 0000 0002", INVALID, "card.characters"),
        ],
    )  # fmt: skip
    def test_a_card_whole_hidden_and_made_for_tests(self, text, verdict, code):
        checked = check_card(text)

        assert checked.verdict is verdict
        assert ([finding.code for finding in checked.findings] or [""])[0] == code

    def test_a_hidden_card_is_compared_by_what_is_shown(self):
        assert check_card("4000 00** **** 0002").normal == check_card("400000••••••0002").normal == "400000*0002"

    @pytest.mark.parametrize(
        ("text", "normal", "verdict"),
        [
            ("DEUTDEFF", "DEUTDEFFXXX", UNCHECKED), ("DEUTDEFF500", "DEUTDEFF500", UNCHECKED),
            ("DEUTZZFF", "DEUTZZFFXXX", INVALID), ("DEUTDEF", "DEUTDEF", INVALID),
        ],
    )  # fmt: skip
    def test_a_bic_names_a_country(self, text, normal, verdict):
        assert (check_bic(text).normal, check_bic(text).verdict) == (normal, verdict)

    @pytest.mark.parametrize(
        ("text", "verdict"), [("213800KUD8LAJWSQ9D15", VALID), ("213800KUD8LXJWSQ9D15", INVALID)]
    )
    def test_an_lei_adds_up(self, text, verdict):
        assert check_lei(text).verdict is verdict


class TestWallets:
    @pytest.mark.parametrize(
        "address",
        [  # BIP173, BIP350 and EIP-55 publish these
            "BC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4",
            "tb1qrp33g0q5c5txsp9arysrx4k6zdkfs4nce4xj0gdcccefvpysxf3q0sl5k7",
            "bc1pw508d6qejxtdg4y5r3zarvary0c5xw7kw508d6qejxtdg4y5r3zarvary0c5xw7kt5nd6y",
            "BC1SW50QGDZ25J", "bc1zw508d6qejxtdg4y5r3zarvaryvaxxpcs",
            "tb1qqqqqp399et2xygdj5xreqhjjvcmzhxw4aywxecjdzew6hylgvsesrxh6hy",
            "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0",
            "1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2", "3J98t1WpEZ73CNmQviecrnyiWrnqRhWNLy",
            "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359", "0xdbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB",
            "rHb9CJAWyB4rj91VRWn96DkukG4bwdtyTh", "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t",
        ],
    )  # fmt: skip
    def test_published_addresses_add_up(self, address):
        assert check_wallet(address).verdict is VALID

    @pytest.mark.parametrize(
        "address",
        [
            "tc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vq5zuyut",
            "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqh2y7hd",
            "tb1z0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqglt7rf",
            "BC1S0XLXVLHEMJA6C4DQV22UAPCTQUPFHLXM9H8Z3K2E72Q4K9HCZ7VQ54WELL",
            "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kemeawh",
            "bc1p38j9r5y49hruaue7wxjce0updqjuyyx0kh56v8s25huc6995vvpql3jow4",
            "BC130XLXVLHEMJA6C4DQV22UAPCTQUPFHLXM9H8Z3K2E72Q4K9HCZ7VQ7ZWS8R", "bc1pw5dgrnzv",
            "tb1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vq47Zagq", "bc1gmk9yu",
            "1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN3", "0xfb6916095ca1df60bB79Ce92cE3Ea74c37c5d359",
        ],
    )  # fmt: skip
    def test_published_wrong_ones_do_not(self, address):
        assert check_wallet(address).verdict is INVALID

    def test_two_addresses_that_differ_in_case_alone_are_two(self):
        one, other = "1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2", "1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVn2"

        assert check_wallet(one).normal.upper() != check_wallet(other).normal.upper()

    def test_an_evm_address_is_one_in_whatever_case(self):
        address = "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359"

        assert check_wallet(address.lower()).normal == check_wallet(address).normal
        assert check_wallet(address.lower()).verdict is UNCHECKED

    @TRIES
    @given(st.integers(4, 61), st.sampled_from("qpzry9x8gf2tvdw0s3jn54khce6mua7l"))
    def test_any_wrong_character_of_a_bech32m_address_is_found(self, place, letter):
        address = "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0"
        wrong = address[:place] + letter + address[place + 1 :]

        assert (check_wallet(wrong).verdict is VALID) == (wrong == address)


class TestContacts:
    @pytest.mark.parametrize(
        ("text", "country", "normal", "verdict"),
        [
            ("+44 20 7946 0018", "", "442079460018", VALID), ("0044 20 7946 0018", "", "442079460018", VALID),
            ("+44 (0)20 7946 0018", "", "442079460018", VALID), ("020 7946 0018", "", "02079460018", UNCHECKED),
            ("020 7946 0018", "GB", "02079460018", UNCHECKED), ("+999 123 456", "", "999123456", INVALID),
            ("+44 20 79", "", "442079", DOUBTFUL), ("tel", "", "", INVALID),
            ("+44 20 7946 0018 ext 12", "", "442079460018", VALID),
        ],
    )  # fmt: skip
    def test_a_telephone_number(self, text, country, normal, verdict):
        assert (check_phone(text, country).normal, check_phone(text, country).verdict) == (normal, verdict)

    def test_the_country_gives_what_the_number_would_be_from_abroad(self):
        assert check_phone("020 7946 0018", "GB").alternatives == ("442079460018",)

    @pytest.mark.parametrize(
        ("text", "normal", "verdict"),
        [
            ("Elsa.Quendrix@bureau.qm.org", "ELSA.QUENDRIX@BUREAU.QM.ORG", UNCHECKED),
            ("mailto:<elsa@büro.org>", "ELSA@XN--BRO-HOA.ORG", UNCHECKED),
            ("elsa@example.org", "ELSA@EXAMPLE.ORG", DOUBTFUL),
            ("noreply@bureau.org", "NOREPLY@BUREAU.ORG", DOUBTFUL),
            ("elsa@bureau", "ELSA@BUREAU", INVALID), ("elsa@@bureau.org", "ELSA@@BUREAU.ORG", INVALID),
            ("elsa..q@bureau.org", "ELSA..Q@BUREAU.ORG", INVALID),
        ],
    )  # fmt: skip
    def test_an_e_mail_address(self, text, normal, verdict):
        assert (check_email(text).normal, check_email(text).verdict) == (normal, verdict)

    def test_dots_and_what_follows_a_plus_make_another_box(self):
        assert check_email("elsa.q@bureau.org").normal != check_email("elsaq@bureau.org").normal


@pytest.mark.parametrize("name", OURS)
class TestLaws:
    @TRIES
    @given(text=st.text(max_size=60) | st.text(alphabet="0123456789ABCXYZabcx*+-.@: ", max_size=50))
    def test_no_text_breaks_it_and_every_finding_says_what_to_do(self, name, text):
        checked = SCHEMES[name].check(text, "")

        assert all(finding.remedy and str(finding) for finding in checked.findings)
        assert checked.normal not in checked.alternatives
        assert 0.0 <= SCHEMES[name].likeness(text) <= 1.0

    @pytest.mark.parametrize(
        "text", ["Elsa Quendrix", "MARIA LOPEZ", "محمد علي", "松山 雲", "O", "P<QMMVORA<<DANA<<"]
    )
    def test_names_and_zones_are_none_of_it(self, name, text):
        assert SCHEMES[name].likeness(text) == 0.0

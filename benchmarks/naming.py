"""Lists of given and family names of fifty nationalities, native and as passports romanise them.

Runs in the environment of `benchmarks/beside.py`: the words are Faker's, those of Indian scripts are read by ICU.
Arabic, Persian and Hebrew do not write their vowels: rigour, which knows families of one name in many scripts, says
which of Faker's Latin words is the same name; of other words we guess (`_with_vowels`).
"""

import importlib
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import icu
from anyascii import anyascii
from rigour.names import NameTypeTag, SymbolCategory, analyze_names

Pattern = tuple[tuple[float, str], ...]
"""Shares and orders: G given, D another given of one's sex, P patronymic or middle, A father's given, F family."""

WESTERN: Pattern = ((0.72, "GF"), (0.28, "GDF"))
IBERIAN: Pattern = ((0.4, "GFF"), (0.4, "GDFF"), (0.2, "GF"))
PATRONYMIC: Pattern = ((0.4, "FGP"), (0.2, "GPF"), (0.4, "GF"))
ARAB: Pattern = ((0.3, "GF"), (0.4, "GAF"), (0.3, "GAAF"))
EASTERN: Pattern = ((0.5, "FG"), (0.5, "GF"))
MIDDLE: Pattern = ((0.8, "FPG"), (0.2, "FG"))
MALAY: Pattern = ((0.55, "GF"), (0.3, "GDF"), (0.15, "G"))
SOUTHERN: Pattern = ((0.8, "GF"), (0.2, "GAF"))


@dataclass(frozen=True, slots=True)
class People:
    """A nationality: millions of people, whose lists, in which orders, and how its writing is romanised."""

    country: str
    millions: float
    locale: str
    pattern: Pattern
    writing: str = "latin"


ALL = (
    People("CN", 1410, "zh_CN", EASTERN, "hanzi"), People("TW", 23, "zh_TW", EASTERN, "hanzi_wade"),
    People("JP", 124, "ja_JP", EASTERN, "japanese"), People("KR", 52, "ko_KR", EASTERN, "hangul"),
    People("VN", 98, "vi_VN", MIDDLE), People("TH", 66, "th_TH", WESTERN, "thai"),
    People("IN", 900, "hi_IN", SOUTHERN, "indian"), People("IN", 90, "mr_IN", SOUTHERN, "indian"),
    People("IN", 80, "ta_IN", SOUTHERN, "indian"), People("IN", 60, "gu_IN", SOUTHERN, "indian"),
    People("IN", 45, "or_IN", SOUTHERN, "indian"), People("IN", 200, "en_IN", SOUTHERN),
    People("NP", 30, "ne_NP", SOUTHERN, "indian"), People("BD", 173, "bn_BD", SOUTHERN, "indian"),
    People("LK", 22, "si_LK", SOUTHERN, "native_only"), People("PK", 240, "en_PK", SOUTHERN),
    People("ID", 277, "id_ID", MALAY), People("SA", 37, "ar_SA", ARAB, "arabic"),
    People("EG", 113, "ar_AA", ARAB, "arabic"), People("PS", 5, "ar_PS", ARAB, "arabic"),
    People("DZ", 46, "ar_DZ", ARAB, "arabic"), People("DZ", 20, "fr_DZ", ARAB),
    People("IR", 89, "fa_IR", WESTERN, "arabic"), People("IL", 10, "he_IL", WESTERN, "hebrew"),
    People("TR", 85, "tr_TR", WESTERN), People("AZ", 10, "az_AZ", WESTERN), People("UZ", 36, "uz_UZ", WESTERN),
    People("RU", 144, "ru_RU", PATRONYMIC, "russian"), People("UA", 37, "uk_UA", PATRONYMIC, "ukrainian"),
    People("BG", 6.4, "bg_BG", WESTERN, "bulgarian"), People("MK", 1.8, "mk_MK", WESTERN, "macedonian"),
    People("GR", 10.4, "el_GR", WESTERN, "greek"), People("GE", 3.7, "ka_GE", WESTERN, "letters"),
    People("AM", 2.8, "hy_AM", WESTERN, "letters"), People("PL", 37, "pl_PL", WESTERN),
    People("CZ", 10.9, "cs_CZ", WESTERN), People("SK", 5.4, "sk_SK", WESTERN), People("HU", 9.6, "hu_HU", EASTERN),
    People("RO", 19, "ro_RO", WESTERN), People("HR", 3.9, "hr_HR", WESTERN), People("SI", 2.1, "sl_SI", WESTERN),
    People("LT", 2.9, "lt_LT", WESTERN), People("LV", 1.9, "lv_LV", WESTERN), People("EE", 1.4, "et_EE", WESTERN),
    People("FI", 5.6, "fi_FI", WESTERN), People("SE", 10.5, "sv_SE", WESTERN), People("NO", 5.5, "no_NO", WESTERN),
    People("DK", 5.9, "da_DK", WESTERN), People("NL", 17.9, "nl_NL", WESTERN), People("BE", 11.8, "nl_BE", WESTERN),
    People("DE", 84, "de_DE", WESTERN), People("AT", 9.1, "de_AT", WESTERN), People("CH", 8.8, "de_CH", WESTERN),
    People("FR", 68, "fr_FR", WESTERN), People("IT", 59, "it_IT", WESTERN), People("ES", 48, "es_ES", IBERIAN),
    People("PT", 10.5, "pt_PT", IBERIAN), People("BR", 216, "pt_BR", IBERIAN), People("MX", 128, "es_MX", IBERIAN),
    People("CO", 52, "es_CO", IBERIAN), People("AR", 46, "es_AR", IBERIAN), People("CL", 19.6, "es_CL", IBERIAN),
    People("GB", 68, "en_GB", WESTERN), People("IE", 5.3, "en_IE", WESTERN), People("US", 335, "en_US", WESTERN),
    People("CA", 40, "fr_CA", WESTERN), People("NZ", 5.2, "en_NZ", WESTERN), People("KE", 55, "en_KE", WESTERN),
    People("NG", 120, "yo_NG", WESTERN), People("NG", 60, "ha_NG", WESTERN), People("NG", 40, "ig_NG", WESTERN),
    People("GH", 34, "tw_GH", WESTERN), People("ZA", 60, "zu_ZA", WESTERN), People("TZ", 67, "sw", WESTERN),
)  # fmt: skip

Forms = tuple[str, tuple[str, ...]]
"""A word as it is written at home, and as passports write it in Latin letters; none where nobody can tell."""


@dataclass(frozen=True, slots=True)
class Lists:
    """The words of one nationality, with a weight each."""

    men: tuple[list[Forms], list[float]]
    women: tuple[list[Forms], list[float]]
    family_of_men: tuple[list[Forms], list[float]]
    family_of_women: tuple[list[Forms], list[float]]
    middle_of_men: tuple[list[Forms], list[float]]
    middle_of_women: tuple[list[Forms], list[float]]


def lists_of(people: People) -> Lists:
    """Return the words of a nationality."""
    provider = importlib.import_module(f"faker.providers.person.{people.locale}").Provider
    if people.writing == "japanese":
        return _japanese(provider)

    def words(*names: str) -> tuple[list[Forms], list[float]]:
        found = next((one for one in (getattr(provider, name, None) for name in names) if one and len(one) > 5), ())
        weights = dict(found) if isinstance(found, Mapping) else {}
        plain = list(dict.fromkeys(word.strip(" ,") for word in found if "Doe" not in word))
        return [_forms(word, people.writing) for word in plain], [float(weights.get(word, 1)) for word in plain]

    return Lists(
        words("first_names_male", "first_names"),
        words("first_names_female", "first_names"),
        words("last_names_male", "male_last_names", "last_names", "first_names_male"),
        words("last_names_female", "female_last_names", "unisex_last_names", "last_names", "first_names_male"),
        words("middle_names_male", "middle_names"),
        words("middle_names_female", "middle_names"),
    )


def _forms(word: str, writing: str) -> Forms:
    return word, tuple(dict.fromkeys(_ROMANISED[writing](word)))


def _japanese(provider: Any) -> Lists:
    def words(pairs: Iterable[tuple[str, str, str]]) -> tuple[list[Forms], list[float]]:
        listed: list[Forms] = [(kanji, (romaji,)) for kanji, _, romaji in pairs]
        return listed, [1.0] * len(listed)

    men, women = words(provider.first_name_male_pairs), words(provider.first_name_female_pairs)
    family = words(provider.last_name_pairs)
    return Lists(men, women, family, family, ([], []), ([], []))


_RUSSIAN = {
    "а": "a", "б": "b", "в": "v", "г": "g", "д": "d", "е": "e", "ё": "e", "ж": "zh", "з": "z", "и": "i", "й": "i",
    "к": "k", "л": "l", "м": "m", "н": "n", "о": "o", "п": "p", "р": "r", "с": "s", "т": "t", "у": "u", "ф": "f",
    "х": "kh", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "shch", "ъ": "ie", "ы": "y", "ь": "", "э": "e", "ю": "iu",
    "я": "ia",
}  # fmt: skip
_UKRAINIAN = _RUSSIAN | {"г": "h", "ґ": "g", "и": "y", "і": "i", "ї": "i", "є": "ie", "'": "", "’": "", "ь": ""}
_UKRAINIAN_FIRST = {"є": "ye", "ї": "yi", "й": "y", "ю": "yu", "я": "ya"}
_BULGARIAN = _RUSSIAN | {"й": "y", "х": "h", "щ": "sht", "ъ": "a", "ь": "y", "ю": "yu", "я": "ya"}
_KOREAN_FAMILIES = {
    "김": "Kim", "이": "Lee", "박": "Park", "최": "Choi", "정": "Jung", "강": "Kang", "조": "Cho", "윤": "Yoon",
    "장": "Jang", "임": "Lim", "오": "Oh", "한": "Han", "신": "Shin", "서": "Seo", "권": "Kwon", "황": "Hwang",
    "안": "Ahn", "송": "Song", "류": "Ryu", "홍": "Hong", "전": "Jeon", "고": "Ko", "문": "Moon", "손": "Son",
    "양": "Yang", "배": "Bae", "백": "Baek", "허": "Heo", "유": "Yoo", "남": "Nam", "심": "Shim", "노": "Noh",
    "하": "Ha", "곽": "Kwak", "성": "Sung", "차": "Cha", "주": "Joo", "우": "Woo", "구": "Koo", "나": "Na",
    "민": "Min", "진": "Jin", "지": "Ji", "엄": "Um",
}  # fmt: skip


def _by_letter(table: Mapping[str, str], first: Mapping[str, str]) -> Callable[[str], tuple[str, ...]]:
    def romanised(word: str) -> tuple[str, ...]:
        small = word.lower()
        spelt = [first.get(letter, table.get(letter, letter)) for letter in small[:1]]
        return (anyascii("".join([*spelt, *(table.get(letter, letter) for letter in small[1:])])).title(),)

    return romanised


def _latin(word: str) -> tuple[str, ...]:
    return (_plain(word),)


def _plain(word: str) -> str:
    return anyascii(word).replace("'", "").replace("`", "")


def _greek(word: str) -> tuple[str, ...]:
    """By ELOT 743, of which the letters that sound together matter."""
    small = word.lower()
    for one, other in (("ου", "ou"), ("ού", "ou"), ("αυ", "av"), ("ευ", "ev"), ("γγ", "ng"), ("γχ", "nch")):
        small = small.replace(one, other)
    small = re.sub("^μπ", "b", small)
    return (anyascii(small).title(),)


def _indian(word: str) -> tuple[str, ...]:
    """By ICU, with *sh* and *ch*, and without the last *a* that is written and not spoken."""
    latin = icu.Transliterator.createInstance("Any-Latin").transliterate(word)
    for one, other in (("ch", "chh"), ("c", "ch"), ("ś", "sh"), ("ṣ", "sh"), ("ṁ", "n"), ("m̐", "n")):
        latin = latin.replace(one, other)
    spoken = re.sub(r"(?<=[aāeiīouū][bcdḍghjklḷmnṇprstṭvyẏ])a$|(?<=[aāeiīouū][bcdgkst]h)a$", "", latin)
    return (anyascii(spoken).replace("'", "").title(),)


def _thai(word: str) -> tuple[str, ...]:
    """Letter by letter, with the vowels that are written before their consonant behind it."""
    return (_plain(re.sub("([เแโใไ])([ก-ฮ])", r"\2\1", word)).title(),)


def _hanzi(word: str) -> tuple[str, ...]:
    return (anyascii(word).lower().capitalize(),)


def _wade_giles(word: str) -> tuple[str, ...]:
    """As passports of Taiwan have it: without apostrophes, a hyphen between the syllables of a given name."""
    syllables = [_WADE_GILES.get(sound, _by_parts(sound)) for sound in (anyascii(sign).lower() for sign in word)]
    return ("-".join(syllables).title(),)


def _by_parts(sound: str) -> str:
    initial = sound[: len(sound) - len(sound.lstrip("bcdfghjklmnpqrstwxyz"))]
    final = sound.removeprefix(initial)
    if initial in ("j", "q", "x") and final.startswith("u"):
        final = {"u": "u", "ue": "ueh", "uan": "uan", "un": "un"}[final]
    return _INITIALS.get(initial, initial) + _FINALS.get(final, final)


_INITIALS = {
    "zh": "ch", "ch": "ch", "sh": "sh", "b": "p", "d": "t", "g": "k", "j": "ch", "q": "ch", "x": "hs", "z": "ts",
    "c": "ts", "r": "j",
}  # fmt: skip
_FINALS = {"ong": "ung", "ian": "ien", "ie": "ieh", "iong": "iung", "ue": "ueh"}
_WADE_GILES = {
    "yi": "i", "ye": "yeh", "yan": "yen", "you": "yu", "yong": "yung", "zhi": "chih", "chi": "chih", "shi": "shih",
    "ri": "jih", "zi": "tzu", "ci": "tzu", "si": "ssu", "he": "ho", "ke": "ko", "ge": "ko", "e": "o", "duo": "to",
    "tuo": "to", "luo": "lo", "zuo": "tso", "suo": "so", "ruo": "jo", "zhuo": "cho", "er": "erh", "yue": "yueh",
    "gui": "kuei", "kui": "kuei",
}  # fmt: skip


def _hangul(word: str) -> tuple[str, ...]:
    if word in _KOREAN_FAMILIES:
        return (_KOREAN_FAMILIES[word],)
    syllables = [anyascii(syllable).lower() for syllable in word]
    return "".join(syllables).capitalize(), "-".join(syllables).title(), " ".join(syllables).title()


def _of_family(word: str) -> tuple[str, ...]:
    """Return how Latin lists spell the same name; by its letters where rigour knows no such family."""
    known = _spellings()
    parts = [
        [spelling for symbol in _symbols(part) for spelling in known.get(symbol, ())] or [_with_vowels(part)]
        for part in word.split()
    ]
    return tuple(" ".join(options[turn % len(options)] for options in parts) for turn in range(max(map(len, parts))))


def _with_vowels(word: str) -> str:
    """Return the letters of a word of Semitic writing with an *a* between consonants: readable, not always right."""
    article, rest = ("Al ", word[2:]) if word.startswith("ال") and len(word) > 4 else ("", word)
    latin = anyascii(icu.Transliterator.createInstance("Any-Latin").transliterate(rest)).lower()
    small = re.sub("[^a-z]", "", latin)
    small = re.sub("(?<=[^aeiou])w(?=[^aeiou]|$)", "u", small)
    small = re.sub("(?<=[^aeiou])y(?=[^aeiou]|$)", "i", small)
    small = re.sub("(?<=[b-df-hj-np-tv-z])(?<!^[^aeiou][h])(?=[b-df-gj-np-tv-z])", "a", small)
    return article + small.title()


@cache
def _spellings() -> dict[str, list[str]]:
    """Return the Latin words of all of Faker's lists by the families that rigour puts each in."""
    found: dict[str, list[str]] = {}
    for people in ALL:
        provider = importlib.import_module(f"faker.providers.person.{people.locale}").Provider
        listed = [*_listed(provider, "first_names"), *_listed(provider, "last_names")]
        for word in dict.fromkeys(listed) if people.writing == "latin" else ():
            for symbol in _symbols(word):
                found.setdefault(symbol, []).append(_plain(word))
    return found


def _listed(provider: Any, kind: str) -> Iterable[str]:
    listed = getattr(provider, kind, ())
    return [word for word in listed if word.isalpha()] if isinstance(listed, Sequence | Mapping) else []


@cache
def _symbols(word: str) -> Sequence[str]:
    tagged = analyze_names(NameTypeTag.PER, [word])
    return [str(one.id) for name in tagged for one in name.symbols if one.category == SymbolCategory.NAME]


_ROMANISED: dict[str, Callable[[str], tuple[str, ...]]] = {
    "latin": _latin,
    "letters": _latin,
    "macedonian": _latin,
    "thai": _thai,
    "russian": _by_letter(_RUSSIAN, {}),
    "ukrainian": _by_letter(_UKRAINIAN, _UKRAINIAN_FIRST),
    "bulgarian": _by_letter(_BULGARIAN, {}),
    "greek": _greek,
    "indian": _indian,
    "hanzi": _hanzi,
    "hanzi_wade": _wade_giles,
    "hangul": _hangul,
    "arabic": _of_family,
    "hebrew": _of_family,
    "native_only": lambda _word: (),
}

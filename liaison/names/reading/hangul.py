"""Hangul in the spellings of passports and lists, besides the Revised Romanization, which is the form of a word.

Family names have customary spellings (National Institute of Korean Language, survey of romanised family names, 2013).
Given names follow styles: South Korean passports by habit (eo as u), McCune-Reischauer of 1939 with its voicing, North
Korea's romanisation of 1992, and English spelling (oo, ee, young).
"""

from collections.abc import Iterator
from typing import NamedTuple

_FIRST, _LAST, _VOWELS, _FINALS = 0xAC00, 0xD7A3, 21, 28
_FAMILY_SPELLINGS = """
김 kim, 이 lee yi ri rhee i li, 박 park pak bak, 최 choi choe choy, 정 jung chung jeong chong jong, 강 kang gang, 조 cho jo joe,
윤 yoon yun youn, 장 jang chang, 임 lim im rim yim, 한 han hahn, 오 oh o, 서 seo suh so, 신 shin sin, 권 kwon gwon kweon,
황 hwang whang, 안 ahn an, 송 song, 류 ryu yoo yu ryoo, 유 yoo yu ryu you, 홍 hong, 전 jeon chun jun chon jon,
고 ko go koh, 문 moon mun, 손 son sohn, 양 yang ryang, 배 bae pae bai, 백 baek paik paek baik, 허 heo hur huh ho,
남 nam, 심 shim sim, 노 noh roh no ro, 로 ro roh no, 하 ha hah, 곽 kwak gwak, 성 sung seong song, 차 cha, 주 joo ju chu,
우 woo u wu, 구 koo gu ku, 민 min, 진 jin chin, 나 na ra nah, 라 ra na, 지 ji chi jee, 엄 um eom uhm om, 원 won weon,
채 chae chai, 천 chun cheon chon, 방 bang pang, 공 kong gong, 현 hyun hyeon hyon, 함 ham hahm, 변 byun byeon pyon,
염 yeom yum yom ryom, 여 yeo yo ryo, 추 choo chu, 도 do to doh, 석 suk seok sok, 선 sun seon son, 설 seol sul sol,
마 ma mah, 길 gil kil, 연 yeon yun yon ryon, 위 wi wee, 표 pyo, 명 myung myeong myong, 기 ki gi kee, 반 ban bahn pan,
왕 wang, 금 keum kum geum, 옥 ok ock, 육 yook yuk ryuk, 인 in ihn, 맹 maeng, 제 je che, 탁 tak, 국 kook guk kuk,
모 mo, 남궁 namgoong namkung namgung, 황보 hwangbo hwangpo, 제갈 jegal chegal, 선우 sunwoo sonu seonu,
독고 dokko dokgo tokko, 사공 sagong sakong, 서문 suhmoon seomoon somun, 동방 tongbang dongbang, 리 ri lee yi rhee li,
림 rim lim im, 량 ryang yang, 려 ryo yeo
"""
FAMILY: dict[str, tuple[str, ...]] = {
    row.split()[0]: tuple(row.split()[1:]) for row in _FAMILY_SPELLINGS.replace("\n", " ").split(",")
}
"""Customary spellings of family names, the commonest first."""


class _Style(NamedTuple):
    """Spellings of the parts of a syllable; `voiced` are the initials between vowels and soft consonants."""

    initials: tuple[str, ...]
    voiced: tuple[str, ...]
    vowels: tuple[str, ...]
    finals: tuple[str, ...]


def _row(written: str) -> tuple[str, ...]:
    return tuple("" if part == "-" else part for part in written.split())


_LAST_CONSONANTS = _row("- k k k n n n t l k m l l l p l m p p t t ng t t k t p t")
_HABIT_INITIALS = _row("k kk n d tt r m b pp s ss - j jj ch k t p h")
_HABIT = _Style(
    _HABIT_INITIALS,
    _HABIT_INITIALS,
    _row("a ae ya yae u e yu ye o wa wae oi yo u wo we wi yu eu ui i"),
    _LAST_CONSONANTS,
)
_MCCUNE = _Style(
    _row("k kk n t tt r m p pp s ss - ch tch ch k t p h"),
    _row("g kk n d tt r m b pp s ss - j tch ch k t p h"),
    _row("a ae ya yae o e yo ye o wa wae oe yo u wo we wi yu u ui i"),
    _LAST_CONSONANTS,
)
_NORTH_INITIALS = _row("k kk n t tt r m p pp s ss - j jj ch k t p h")
_NORTH = _MCCUNE._replace(initials=_NORTH_INITIALS, voiced=_NORTH_INITIALS)
_ENGLISH = _Style(
    _HABIT_INITIALS,
    _HABIT_INITIALS,
    _row("a ae ya yae eo e you ye o wa wae oi yo oo wo we wee yoo eu ee i"),
    _LAST_CONSONANTS,
)
_STYLES = (_HABIT, _MCCUNE, _NORTH, _ENGLISH)
_SIBILANT, _VOWEL_I, _VOWEL_WI = 9, 20, 16
_SOFT_FINALS = frozenset({0, 4, 8, 16, 21})


def read(word: str) -> Iterator[str]:
    """Yield the customary spellings of a family name, then the word in each style."""
    yield from FAMILY.get(word, ())
    for style in _STYLES:
        yield _written(word, style)


def _written(word: str, style: _Style) -> str:
    out: list[str] = []
    soft = False
    for letter in word:
        code = ord(letter)
        if not _FIRST <= code <= _LAST:
            continue
        rest, final = divmod(code - _FIRST, _FINALS)
        initial, vowel = divmod(rest, _VOWELS)
        sibilant = initial == _SIBILANT and vowel in (_VOWEL_I, _VOWEL_WI)
        out += ["sh" if sibilant else (style.voiced if soft else style.initials)[initial], style.vowels[vowel]]
        out.append(style.finals[final])
        soft = final in _SOFT_FINALS
    return "".join(out)

"""How people are called in the invented countries QM to QZ: one stock of names a country, each in its own script.

Words are put together from syllables, so that no full name was copied from anybody. Every syllable is written once in
the country's script and romanised once, so that the romanised alias of a name is always the same one.
"""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from liaison.apps.training.world.dice import Dice

SEED = 20261122
COUNTRIES = ("QM", "QN", "QO", "QP", "QQ", "QR", "QS", "QT", "QU", "QV", "QW", "QX", "QY", "QZ")

_GIVEN_WORDS = 90
_FAMILY_WORDS = 260
_TOWNS = 12
_TRIES_MAX = 4000


@dataclass(frozen=True, slots=True)
class Word:
    """One word of a name: as it is written at home, and romanised."""

    native: str
    latin: str

    def __add__(self, other: "Word") -> "Word":
        return Word(self.native + other.native, self.latin + other.latin)


EMPTY = Word("", "")


@dataclass(frozen=True, slots=True)
class Manner:
    """How a country writes and orders names, and the syllables that they are put together from."""

    script: str
    language: str
    starts: str
    middles: str
    male: str
    female: str
    family: str
    towns: str
    letters: Mapping[str, str] | None = None
    family_first: bool = False
    family_starts: str = ""
    single_name: bool = False
    two_families: bool = False
    patronymic: tuple[str, str] = ("", "")
    article: str = ""
    short_family: bool = False
    given_joint: str = ""


@dataclass(frozen=True, slots=True)
class Stock:
    """The names of one country, the commonest first."""

    country: str
    manner: Manner
    male: tuple[Word, ...]
    female: tuple[Word, ...]
    family: tuple[Word, ...]
    towns: tuple[Word, ...]


@cache
def stock(country: str) -> Stock:
    """Return the country's names; the same ones each time."""
    manner = MANNERS[country]
    dice = Dice(SEED, 1000 + COUNTRIES.index(country))
    starts, middles = _words(manner, manner.starts), _words(manner, manner.middles)
    family_starts = _words(manner, manner.family_starts) if manner.family_starts else starts
    family_middles = (EMPTY,) if manner.short_family else (EMPTY, *middles)
    article = _words(manner, manner.article)[0] if manner.article else EMPTY
    return Stock(
        country=country,
        manner=manner,
        male=_composed(dice, _GIVEN_WORDS, starts, middles, _words(manner, manner.male)),
        female=_composed(dice, _GIVEN_WORDS, starts, middles, _words(manner, manner.female)),
        family=_composed(
            dice, _FAMILY_WORDS, family_starts, family_middles, _words(manner, manner.family) or (EMPTY,), article
        ),
        towns=_composed(dice, _TOWNS, starts, (EMPTY, *middles), _words(manner, manner.towns)),
    )


def _composed(
    dice: Dice,
    count: int,
    starts: tuple[Word, ...],
    middles: tuple[Word, ...],
    ends: tuple[Word, ...],
    article: Word = EMPTY,
) -> tuple[Word, ...]:
    """Return so many different words (or as many as the syllables give), in the order in which they were thrown."""
    found: dict[str, Word] = {}
    for _ in range(_TRIES_MAX):
        word = dice.one_of(starts) + dice.one_of(middles) + dice.one_of(ends)
        word = article + Word(_titled(word.native), _titled(word.latin))
        found.setdefault(word.native, word)
        if len(found) == count:
            break
    return tuple(found.values())


def _words(manner: Manner, syllables: str) -> tuple[Word, ...]:
    return tuple(_word(manner, syllable) for syllable in syllables.split())


def _word(manner: Manner, syllable: str) -> Word:
    native, colon, latin = syllable.partition(":")
    if colon:
        return Word(native, latin)
    if manner.letters is not None:
        return Word(native, _romanised(native.lower(), manner.letters))
    return Word(native, without_marks(native))


def _romanised(text: str, letters: Mapping[str, str]) -> str:
    return "".join(letters[letter] for letter in text.replace("ու", "u"))


def _titled(word: str) -> str:
    """Return the word with a capital where its script has them (Georgian has, but doesn't begin names with them)."""
    return word if "\u10d0" <= word[:1] <= "\u10ff" else word[:1].upper() + word[1:]


_UNMARKED = str.maketrans(
    {"ø": "o", "Ø": "O", "ı": "i", "ł": "l", "Ł": "L", "đ": "d", "Đ": "D", "æ": "ae", "ð": "d", "þ": "th", "Þ": "Th"}
)


def without_marks(text: str) -> str:
    """Return Latin text in plain letters, as a passport's lines ask for.

    >>> without_marks("Křevný Øst Yıldağ")
    'Krevny Ost Yildag'
    """
    decomposed = unicodedata.normalize("NFD", text.translate(_UNMARKED))
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


def _pairs(table: str) -> dict[str, str]:
    return dict(pair.split(":") for pair in table.split())


_CYRILLIC = _pairs(
    "а:a б:b в:v г:g д:d е:e ж:zh з:z и:i й:y к:k л:l м:m н:n о:o п:p р:r с:s т:t у:u ф:f х:kh ц:ts ч:ch ш:sh щ:shch"
    " ы:y ь: э:e ю:yu я:ya"
)
_GREEK = _pairs(
    "α:a β:v γ:g δ:d ε:e ζ:z η:i θ:th ι:i κ:k λ:l μ:m ν:n ξ:x ο:o π:p ρ:r σ:s ς:s τ:t υ:y φ:f χ:ch ψ:ps ω:o"
    " ά:a έ:e ή:i ί:i ό:o ύ:y ώ:o"
)
_GEORGIAN = _pairs(
    "ა:a ბ:b გ:g დ:d ე:e ვ:v ზ:z თ:t ი:i კ:k ლ:l მ:m ნ:n ო:o პ:p ჟ:zh რ:r ს:s ტ:t უ:u ფ:p ქ:k ღ:gh ყ:q შ:sh ჩ:ch ც:ts"
    " ძ:dz წ:ts ჭ:ch ხ:kh ჯ:j ჰ:h"
)
_ARMENIAN = _pairs(
    "ա:a բ:b գ:g դ:d ե:e զ:z է:e ը:y թ:t ժ:zh ի:i լ:l խ:kh ծ:ts կ:k հ:h ձ:dz ղ:gh ճ:ch մ:m յ:y ն:n շ:sh ո:o չ:ch պ:p"
    " ջ:j ռ:r ս:s վ:v տ:t ր:r ց:ts փ:p ք:k օ:o ֆ:f u:u"
)

MANNERS: Mapping[str, Manner] = {
    "QM": Manner(
        script="Latn",
        language="qta",
        starts="Bře Dó Élv Hra Jör Kše Lú Mař Něv Órl Pře Ráv Šol Tře Ús Vel Zdé Ýr",
        middles="da ni ro ši ve lú",
        male="dan slav mír vor ek",
        female="dana slava míra vora ka",
        family="vný dský zík toš házka ledra",
        towns="hrad dolí brod vice lhota",
    ),
    "QN": Manner(
        script="Cyrl",
        language="qtb",
        starts="Бра Вел Гор Дра Жел Зар Кор Лют Мир Ост Пер Рат Сто Тур Хол Чер",
        middles="и о ови ера ена уда ами",
        male="дан слен вор ган тей рум",
        female="дана слена вора гата тея рума",
        family="шин лак мырь щук дзов рюкан",
        towns="град поле бережье ямск водье",
        letters=_CYRILLIC,
        patronymic=("евар", "евна"),
    ),
    "QO": Manner(
        script="Arab",
        language="qtc",
        starts="با:Ba دو:Du ها:Ha كي:Ki لا:La مو:Mu نا:Na رو:Ru سا:Sa تي:Ti شا:Sha زو:Zu غا:Gha خي:Khi في:Fi",
        middles="را:ra لي:li مو:mu دا:da سي:si هو:hu",
        male="ن:n م:m د:d ش:sh ف:f ق:q",
        female="نة:na رة:ra لة:la دة:da شة:sha",
        family="ني:ni ري:ri دي:di شي:shi في:fi كي:ki",
        towns="باد:bad ران:ran دور:dur قند:qand",
        article="ال:al-",
    ),
    "QP": Manner(
        script="Grek",
        language="qtd",
        starts="Βρα Δελ Θορ Καλ Λαμ Μεν Νικ Ξαν Περ Ραδ Στε Τιμ Φιλ Χρυ",
        middles="ό έ ά ίδ ήμ όν άρ",
        male="δωρας κλος μων ρας νης",
        female="δωρα κλα μωνα ρια να",
        family="ντης κουρης παλος ντιδης ρατος",
        towns="πολις νησος βρυση λιμος",
        letters=_GREEK,
    ),
    "QQ": Manner(
        script="Hani",
        language="qte",
        starts="松:Song 雲:Yun 月:Yue 石:Shi 泉:Quan 燕:Yan 竹:Zhu 雪:Xue 河:He 霜:Shuang 柏:Bai 湖:Hu 嵐:Lan",
        middles=":",
        male="山:shan 峰:feng 川:chuan 鐵:tie 磊:lei 岸:an 濤:tao",
        female="蓮:lian 蘭:lan 梅:mei 霞:xia 瑤:yao 瑾:jin 琴:qin",
        family="霧:Wu 岬:Jia 榆:Yu 澗:Jian 礫:Li 霽:Ji 汀:Ting 棗:Zao 堤:Di 杉:Shan 笙:Sheng 筏:Fa 鷺:Lu 窯:Yao",
        family_starts=":",
        towns="港:gang 谷:gu 原:yuan 渡:du",
        family_first=True,
        short_family=True,
    ),
    "QR": Manner(
        script="Hang",
        language="qtf",
        starts="가:Ga 나:Na 루:Ru 미:Mi 보:Bo 소:So 유:Yu 라:Ra 하:Ha 은:Eun 빛:Bit 찬:Chan 별:Byeol 온:On",
        middles=":",
        male="람:ram 준:jun 섭:seop 강:gang 도:do 겸:gyeom",
        female="슬:seul 아:a 린:rin 나:na 별:byeol 희:hui",
        family="듬:Deum 솔:Sol 늘:Neul 봄:Bom 샘:Saem 들:Deul 멧:Met 갯:Gaet 놀:Nol 뜰:Tteul 섬:Seom 숲:Sup",
        family_starts=":",
        towns="골:gol 나루:naru 벌:beol 재:jae",
        family_first=True,
        short_family=True,
    ),
    "QS": Manner(
        script="Latn",
        language="qtg",
        starts="Alb Bel Cor Del Esm Flo Gar Ir Jac Lor Nuñ Olm Per Rom Sab Tel Val",
        middles="and eb ir ust on",
        male="ancio ebio ondo ildo ustro",
        female="ancia ebia onda ilda ustra",
        family_starts="Arr Bar Cal Drag Esp Guel Hon Iz Lag Monf Nav Ort Pad Quir Rib Sol Urd Zab",
        family="ebosa orga uelva ondaz illón aztegui ureña iñar",
        towns="ueda anzal aluz orpa",
        two_families=True,
        short_family=True,
    ),
    "QT": Manner(
        script="Latn",
        language="qth",
        starts="Ağ Baş Çel Doğ Er Gök Iş Kür Öz Şah Tür Yıl Zül",
        middles="a ı ü en il",
        male="tay bars kut han alp",
        female="sun gül nil su çay",
        family="oğuzer daşlı çınar kırdım yürekçi başlan",
        towns="hisar köprü ova dere",
    ),
    "QU": Manner(
        script="Deva",
        language="qti",
        starts="अर:Ar बल:Bal चन:Chan धी:Dhi गो:Go हे:He का:Ka लो:Lo मे:Me नी:Ni पू:Pu रू:Ru सा:Sa वी:Vi",
        middles="रा:ra मे:me नी:ni दू:du को:ko",
        male="श:sh न:n व:v थ:th",
        female="ली:li ना:na मा:ma ता:ta",
        family="टकर:takar लोथ:loth मंडी:mandi वाडा:wada बेकर:bekar",
        towns="गढ:garh तल:tal कोट:kot",
    ),
    "QV": Manner(
        script="Geor",
        language="qtj",
        starts="ბარ გელ დავ ვახ ზურ თორ კახ ლომ მირ ნუგ ოთ პაპ რევ სულ ტარ ხვი ჯაბ",
        middles="ა ე ი ო უ",
        male="მან დონ ზარ ლეთ",
        female="ნია რია ლია ქეთ",
        family="ნოშელი რდული ტრაძვი რთიანი ქუნია",
        towns="ციხე წყარო თავი სოფი",
        letters=_GEORGIAN,
    ),
    "QW": Manner(
        script="Latn",
        language="qtk",
        starts="Wira Suka Panda Rama Tunda Kesa Bima Lasa Gama Nara Sura Dira Cita",
        middles="ng ma di ru sa",
        male="dipa bowo santo jiwa tara",
        female="wulan ningsi ratri melati wangi",
        family="gantara ludira pamungka wrenggo",
        towns="karta wangun sari negoro",
        single_name=True,
    ),
    "QX": Manner(
        script="Kana",
        language="qtl",
        starts="カ:Ka ナ:Na ミ:Mi ソ:So ト:To リ:Ri ユ:Yu ハ:Ha モ:Mo サ:Sa ノ:No レ:Re ヒ:Hi ケ:Ke",
        middles="マ:ma リ:ri ノ:no セ:se ヤ:ya ク:ku",
        male="ロ:ro タ:ta ジ:ji オ:o",
        female="コ:ko ミ:mi エ:e ネ:ne",
        family="ワダ:wada モリ:mori ザキ:zaki ヌマ:numa バラ:bara",
        towns="ハマ:hama ダニ:dani シマ:shima",
        family_first=True,
    ),
    "QY": Manner(
        script="Armn",
        language="qtm",
        starts="Ար Բագ Գոռ Դան Եղ Զար Թաթ Լուս Խոր Կար Հրա Մու Նար Պար Սոս Վար",
        middles="ա ե ի ու օ",
        male="մեն վիր տակ զդ շես",
        female="նիկ վարդ տուշ սինե",
        family="շունց գյանց րենց լիանց կյունց",
        towns="բերդ ձոր վան շեն",
        letters=_ARMENIAN,
    ),
    "QZ": Manner(
        script="Latn",
        language="qtn",
        starts="Bjø Ey Fró Gunn Hall Ing Jar Ket Leif Øst Rag Sø Tor Ulf Ví",
        middles="a e i o u",
        male="vald mund geir rik stein",
        female="dís hild run veig gerd",
        family="marksson dalsvik fjellund nessgård skogmo",
        towns="fjord vik nes havn",
        given_joint="af",
    ),
}

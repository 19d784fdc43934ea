"""Words in names that tell nobody apart: particles, titles, and words that half of all companies carry.

The titles in the languages of Europe are those of the rigour library (MIT licence). The rest is compiled by hand from
common knowledge of naming customs and company law.
"""

_PARTICLES = """
al el ul ur ud us as ar an ad az ash at il aal oul ed es en er ez et ech esh
bin ben ibn bn vn bint bnt bt bte binti binte ould wuld weld wld walad mint ait nait
van von vom zu zum zur zem den der des dem ten ter te tot thor van der vander aus op aan
de del dela delas delos della dello delle dei degli di do du da dos das la le les lo los las y e i dit dite
af av und and et the of ap ab verch ferch
bar
ogly oglu oglou ogli oghli kyzy kizi qizi gizi uulu uly uli
anak wa
"""
PARTICLES: frozenset[str] = frozenset(_PARTICLES.split())
"""By line: Arabic articles; Arabic, Malay and Moorish descent; Dutch and German; Romance; others of Europe; Hebrew;
Turkic descent; Malay and Swahili. Romanised: "بن" reads "bn", "оглы" reads "ogly"."""

PARTICLES_OR_NAMES: frozenset[str] = frozenset(
    {"le", "do", "du", "da", "di", "an", "la", "lo", "ten", "ter", "te", "to"}
)
"""Particles of Europe that are names in East Asia: they are names where they close a name, as no particle does."""

_NATIVE_PARTICLES = """
آل بن ابن إبن بنت ولد
אל בן בת בר די דה פון ואן אבן
аль эль ибн бин бинт фон ван де да ди уль ад ар аз ас
"""
NATIVE_PARTICLES: frozenset[str] = frozenset(_NATIVE_PARTICLES.split())
"""Particles in their own script whose romanised form is no particle, or is something else besides."""

_NATIVE_TITLES = """
شيخ الشيخ شیخ حاج الحاج حاجي حاجی سيد السيد سید ملا مولوي مولوی مولانا دكتور الدكتور دکتر مهندس المهندس عميد
العميد
لواء اللواء عقيد العقيد مقدم المقدم رائد الرائد نقيب النقيب ملازم الملازم فريق الفريق سردار سرهنگ سرتیپ حجت آیت
قاری
רב הרב דר פרופ מר גברת עוד
господин госпожа доктор профессор генерал полковник майор капитан шейх мулла хаджи
श्री श्रीमती डॉ
"""
NATIVE_TITLES: frozenset[str] = frozenset(_NATIVE_TITLES.split())
"""Titles and ranks in Arabic and Persian, Hebrew, Russian and Hindi."""

_EASTERN_TITLES = """
sheikh shaikh shaykh sheik cheikh cheik shekh sheekh haji hajji hajj hadji hadj hajjah hajja alhaji alhaj elhadj
elhadji
mullah mulla mullo molla mollah mawlawi maulvi moulvi maulawi mawlavi molavi mowlavi moulavi maulana mawlana
mowlana
qari hafiz akhund akhond sayyid sayed syed sayyed seyed seyyed sayid ustadh ustad ustaz ostad imam ayatollah
hojatoleslam hojjatoleslam hujjat mufti qadi agha bey pasha effendi efendi hazrat
shri shrimati smt thiru pandit
tengku tunku datuk dato datin
"""
EASTERN_TITLES: frozenset[str] = frozenset(_EASTERN_TITLES.split())
"""Of scholars, pilgrims and descendants in the Islamic world; of India; of Malaya. Not sri: a given name in Java."""

_WESTERN_TITLES = """
admiral adm amb ambassador baroness baronet baronetess brigadier brig capt captain chair chairman chairwoman
colonel col commodore cmdr cdr cmdt comdt comandante commandant count countess dame director doctor dott dottor
dottore dottsr dottsra dottssa dr dra duchess emperor empress engr excellency fr frau fraulein general gral herr
hon honorable honourable hr hrh ir lady laird lic licenciado lieutenant lt ltcol maj sgt sergeant lord madam
madame marchioness marquess miss misses missis missus mister mistress mixter mme mmme monsieur mgr monsignor mr
mrs ms mx prasident president private prof professor profesor pvt queen reverend rev rabbi seigneur senor senora
senorita sra srta sir sr snr jr jnr junior ii iii iv filho neto sobrinho esq phd the worshipful archbishop
"""
TITLES: frozenset[str] = EASTERN_TITLES | frozenset(_WESTERN_TITLES.split())
"""Ranks and words of respect, with what tells generations apart (junior, filho, iii)."""

TITLES_OR_NAMES: frozenset[str] = frozenset(
    {
        "pastor",
        "bishop",
        "cardinal",
        "marshal",
        "ing",
        "gen",
        "eng",
        "major",
        "maj",
        "don",
        "dona",
        "justice",
        "king",
        "malik",
        "mir",
        "chief",
        "judge",
    }
)
"""Titles only before two other words of a name: else somebody is called so."""

_FAMILY_ENDINGS = """
zadeh zadah zade zada nejad nezhad nejhad pour poor pur زاده زادہ نژاد پور
"""
FAMILY_ENDINGS: frozenset[str] = frozenset(_FAMILY_ENDINGS.split())
"""Persian endings of family names that are written apart as well: they belong to the word before."""

_LEGAL_FORMS = """
ltd = limited, ltd, private limited, pvt ltd, pte ltd, pty ltd, sdn bhd, co ltd, company limited
llc = llc, limited liability company, l l c
llp = llp, limited liability partnership
lp = limited partnership
inc = inc, incorporated
corp = corp
plc = plc, public limited company
ag = ag, aktiengesellschaft
gmbh = gmbh, mbh, gesellschaft mit beschrankter haftung, gmbh co kg
kg = kg, kommanditgesellschaft
ev = e v, eingetragener verein
sa = sa, s a, societe anonyme, sociedad anonima, sociedade anonima
sarl = sarl, s a r l, societe a responsabilite limitee, surl
sas = sas, s a s
srl = srl, s r l, societa a responsabilita limitata, sociedad de responsabilidad limitada
spa = spa, s p a, societa per azioni
sl = sociedad limitada
sadecv = sa de cv, s a de c v
ltda = ltda, limitada
bv = bv, b v, besloten vennootschap
nv = nv, n v, naamloze vennootschap
ab = aktiebolag
as = aksjeselskap, anonim sirketi
oy = oy, oyj, osakeyhtio
spzoo = sp z o o, sp z oo, spolka z ograniczona odpowiedzialnoscia
sro = sro, s r o
doo = doo, d o o
kft = kft
eood = eood, ood
ooo = ooo, ооо, общество с ограниченной ответственностью
oao = oao, оао
pao = pao, пао
zao = zao, зао
ao = ао, акционерное общество
ip = ип
fze = fze, fzco, fz llc, fzc
jsc = jsc, joint stock company, ojsc, cjsc, pjsc
est = est, establishment
ngo = ngo
kk = kk, kabushiki kaisha, 株式会社
yk = yugen kaisha, 有限会社
youxian = 有限公司, 有限责任公司
gufen = 股份有限公司
"""


def _read_legal_forms() -> dict[tuple[str, ...], str]:
    forms: dict[tuple[str, ...], str] = {}
    for line in _LEGAL_FORMS.strip().splitlines():
        form, _, spellings = line.partition(" = ")
        forms |= {tuple(spelling.split()): form for spelling in spellings.split(", ")}
    return forms


LEGAL_FORMS: dict[tuple[str, ...], str] = _read_legal_forms()
"""Words, without full stops, of each spelling of a legal form, and the short form that stands for all of them."""

_COMPANY_WORDS = """
company co corporation group holding holdings trading trade international general global import export
industries industrial services service enterprise enterprises commercial national bank foundation organisation
organization association society institute center centre shipping logistics investment investments development
technology
"""
COMPANY_WORDS: frozenset[str] = frozenset(_COMPANY_WORDS.split())

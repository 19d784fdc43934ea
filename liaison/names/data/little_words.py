"""Words in names that tell nobody apart: particles, titles, and words that half of all companies carry.

The titles in the languages of Europe are those of the rigour library (MIT licence). The rest is compiled by hand from
common knowledge of naming customs and company law.
"""

_PARTICLES = """
al el ul ur ud us as ar an ad az ash at il bin ben ibn bn vn bint bnt bt binti ould wuld walad de del dela
della der den des di do du da dos das la le les lo los las van von vom zu zum zur ten ter te af av y e i und
and et the of ap ab
"""
PARTICLES: frozenset[str] = frozenset(_PARTICLES.split())

_EASTERN_TITLES = """
sheikh shaikh shaykh sheik haji hajji hajj hadji mullah mulla mullo mawlawi maulvi maulana mawlana qari hafiz
sayyid sayed syed sayyed seyed ustadh ustad imam ayatollah agha bey pasha shri smt
"""
EASTERN_TITLES: frozenset[str] = frozenset(_EASTERN_TITLES.split())

_WESTERN_TITLES = """
admiral amb ambassador baroness baronet baronetess brigadier capt captain chair chairman chairwoman colonel
commodore count countess dame director doctor dott dottor dottore dottsr dottsra dottssa dr duchess emperor empress
excellency fr frau fraulein general herr hon honorable honourable hr hrh lady laird lord madam madame marchioness
marquess miss misses missis missus mister mistress mixter mme mmme monsieur mr mrs ms mx prasident president private
prof professor pvt queen reverend seigneur senor senorita sir sr the worshipful
"""
TITLES: frozenset[str] = EASTERN_TITLES | frozenset(_WESTERN_TITLES.split())

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

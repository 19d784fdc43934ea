"""Words in names that tell nobody apart: particles, titles, and words that half of all companies carry.

Titles in the languages of Europe and the legal forms of organisations come from rigour (MIT licence). The rest is
compiled by hand from common knowledge of naming customs.
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

_COMPANY_WORDS = """
company co corporation group holding holdings trading trade international general global import export
industries industrial services service enterprise enterprises commercial national bank foundation organisation
organization association society institute center centre shipping logistics investment investments development
technology
"""
COMPANY_WORDS: frozenset[str] = frozenset(_COMPANY_WORDS.split())

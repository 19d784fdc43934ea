"""Name elements that so many people bear that sharing one says little.

Compiled by hand after the official counts named above each group; a hint for weighing, not a copy of those tables,
and without their figures. Romanised as each country's passports do. A word that is not here counts as rare: the
mistake then made is an officer's second look, not a missed person.
"""

# After the US Census Bureau's "Frequently Occurring Surnames from the 2010 Census" (public domain).
_UNITED_STATES_FAMILY = """
smith johnson williams brown jones garcia miller davis rodriguez martinez hernandez lopez gonzalez wilson
anderson thomas taylor moore jackson martin lee perez thompson white harris sanchez clark ramirez lewis
robinson walker young allen king wright scott torres nguyen hill flores green adams nelson baker hall rivera
campbell mitchell carter roberts
"""
# After the US Social Security Administration's "Top names over the last 100 years" (public domain).
_UNITED_STATES_GIVEN = """
james john robert michael william david richard joseph thomas charles christopher daniel matthew anthony mark
donald steven paul andrew joshua kenneth kevin brian george edward mary patricia jennifer linda elizabeth
barbara susan jessica sarah karen lisa nancy margaret sandra ashley kimberly emily donna michelle
"""
# After the yearly name reports of the Ministry of Public Security of China.
_CHINA_FAMILY = """
wang li zhang liu chen yang huang zhao wu zhou xu sun ma zhu hu guo he lin gao luo zheng liang xie song tang
deng han feng
"""
# After the family names counted in the census of Statistics Korea, in the spellings of passports.
_KOREA_FAMILY = """
kim gim lee yi ri park pak bak choi choe jung jeong chong kang gang cho jo yoon yun jang chang lim im han oh
seo shin kwon
"""
# The family names that most people in Viet Nam share; common knowledge, no figures used.
_VIETNAM_FAMILY = """
nguyen tran le pham huynh hoang phan vu vo dang bui do ho ngo duong ly van thi
"""
# Given names that recur from Morocco to Indonesia; common knowledge, no figures used.
_ISLAMIC_GIVEN = """
muhammad mohammed mohamed ahmad ahmed mahmud mahmoud ali hasan hassan husayn hussein hossein umar omar uthman
osman ibrahim ismail yusuf yousef abdullah abdallah abd rahman rahim karim aziz khalid salih saleh said saeed
mustafa hamid khan abu hamza bilal jamal nasir salim sulayman tariq walid yahya zayd fatima aisha maryam
zaynab khadija amina din shah
"""
# Given names and patronymics common in eastern Slavic countries; common knowledge, no figures used.
_EAST_SLAVIC = """
aleksandr alexander sergey sergei vladimir andrey andrei aleksey alexei dmitry dmitri mikhail nikolay ivan
igor oleg yuri viktor aleksandrovich sergeevich vladimirovich andreevich alekseevich nikolaevich viktorovich
ivanovich mikhailovich anatolievich yurievich aleksandrovna sergeevna vladimirovna nikolaevna viktorovna
ivanovna elena olga tatiana natalia irina svetlana anna maria ekaterina
"""
# After the name statistics of the Instituto Nacional de Estadistica of Spain.
_SPANISH = """
maria jose antonio manuel francisco juan carlos luis miguel jesus javier pedro fernandez gomez diaz ruiz
alvarez romero alonso gutierrez navarro dominguez vazquez ramos gil moreno munoz santos silva ana carmen
"""

COMMON_FORMS: frozenset[str] = frozenset(
    " ".join(
        (
            _UNITED_STATES_FAMILY,
            _UNITED_STATES_GIVEN,
            _CHINA_FAMILY,
            _KOREA_FAMILY,
            _VIETNAM_FAMILY,
            _ISLAMIC_GIVEN,
            _EAST_SLAVIC,
            _SPANISH,
        )
    ).split()
)

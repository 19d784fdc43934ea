"""After `load_all` no identifier, country, language or date makes the room open a file or load a module."""

import subprocess
import sys

from liaison.identifiers.loading import SAMPLES
from liaison.identifiers.registry import SCHEMES

PROGRAM = """
import sys, unicodedata
from liaison.identifiers.loading import SAMPLES, load_all
from liaison.identifiers import countries, languages
from liaison.identifiers.partial_dates import readings
from liaison.identifiers.registry import SCHEMES
from liaison.identifiers.warning_lists import is_no_name
from liaison.refusal import Refused
load_all()
opened = []
sys.addaudithook(lambda event, given: opened.append((event, str(given[0]))) if event in ("open", "import") else None)
codes = [country.alpha2 for country in countries.all_countries()]
texts = [text for text, _ in SAMPLES.values()]
texts += ["", "AA", "0", "unknown", "é", "محمد", "b@münchen.de", "bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq", "R 1"]
texts += [f"+{code} 701234567" for code in range(1, 999)]
for scheme in SCHEMES.values():
    for text in texts:
        scheme.check(text, "")
        scheme.likeness(text)
    for code in codes:
        scheme.check(SAMPLES[scheme.name][0], code)
for text in texts + ["Deutschland", "المانيا", "Allemagne", "Alemania"]:
    countries.find(text), countries.by_code(text), languages.alpha3(text), is_no_name(text)
for text in ["12 آب 1970", "3 de marzo de 1965", "circa 1970", "never", "between 1960 and 1962"]:
    try:
        readings(text)
    except Refused:
        pass
print(sorted(set(opened)))
"""


def test_every_scheme_has_a_sample():
    assert set(SAMPLES) == set(SCHEMES)


def test_then_nothing_is_opened_or_loaded_any_more():
    run = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=False, timeout=120)

    assert (run.stdout.strip(), run.stderr) == ("[]", "")

"""The invented world of the demo and the tests: people, documents, portraits and users of no real country.

`world/` invents (pure, seeded, the same bytes everywhere); `build.py` writes what it invents through the public
services of the apps before this one; `demo.py` marks a home, for ever, as holding nothing else.
"""

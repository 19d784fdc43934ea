"""Every app has the same face, so that knowing one is knowing all."""

from collections.abc import Mapping

from tests.architecture.house import REPOSITORY

# The modules that read input, call one service or query, and show the result.
DOORS = ("views", "api", "jobs", "forms", "urls", "asgi")
SAID_FIRST_LINES_MAX = 12


def faceless(app: str, files: Mapping[str, str]) -> list[str]:
    """Return what an app lacks: a docstring that says what it is for, an AppConfig, and a public.py with a list."""
    complaints = []
    said = files.get("__init__.py", "").strip()
    if not said.startswith('"""'):
        complaints.append(f"{app}: __init__.py does not say what it is for")
    elif len(said.split('"""')[1].splitlines()) > SAID_FIRST_LINES_MAX:
        complaints.append(f"{app}: __init__.py says more than {SAID_FIRST_LINES_MAX} lines")
    if "apps.py" not in files:
        complaints.append(f"{app}: apps.py is missing")
    if "__all__" not in files.get("public.py", ""):
        complaints.append(f"{app}: public.py does not list what others may use")
    if "models.py" in files and "migrations/__init__.py" not in files:
        complaints.append(f"{app}: has tables and no migrations")
    return complaints


def thinking_doors(app: str, files: Mapping[str, str]) -> list[str]:
    """Return doors that talk to tables themselves instead of calling a service or a query."""
    return [
        f"{app}: {name} uses .objects"
        for name, text in files.items()
        if name.removesuffix(".py") in DOORS and ".objects." in text
    ]


def helpers(paths: list[str]) -> list[str]:
    """Return modules whose name says nothing about what they know."""
    unnamed = {"utils", "helpers", "common", "misc", "tools", "lib"}
    return [path for path in paths if path.rpartition("/")[2].removesuffix(".py") in unnamed]


def _apps() -> dict[str, dict[str, str]]:
    folder = REPOSITORY / "liaison/apps"
    return {
        app.name: {str(file.relative_to(app)): file.read_text(encoding="utf-8") for file in app.rglob("*.py")}
        for app in sorted(folder.iterdir())
        if (app / "__init__.py").is_file()
    }


class TestGivenTheApps:
    def test_then_each_has_the_same_face(self):
        assert [complaint for app, files in _apps().items() for complaint in faceless(app, files)] == []

    def test_then_doors_call_services_and_queries(self):
        assert [complaint for app, files in _apps().items() for complaint in thinking_doors(app, files)] == []

    def test_then_no_module_is_called_helpers(self):
        package = (REPOSITORY / "liaison").rglob("*.py")

        assert helpers([str(path) for path in package if "/data/" not in str(path)]) == []


class TestGivenAPlantedViolation:
    def test_when_an_app_has_no_face_then_everything_missing_is_named(self):
        assert len(faceless("planted", {"models.py": ""})) == 4

    def test_when_a_view_reads_a_table_then_it_is_found(self):
        planted = {"views.py": "cards = Record.objects.filter(kind='persons')"}

        assert thinking_doors("planted", planted) == ["planted: views.py uses .objects"]

    def test_when_a_module_is_called_utils_then_it_is_found(self):
        assert helpers(["liaison/names/utils.py", "liaison/names/parse.py"]) == ["liaison/names/utils.py"]

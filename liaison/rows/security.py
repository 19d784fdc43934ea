"""Row-level security as one line of a migration: `secure` for what is not for everyone, `open_table` for the rest.

Every table of the house is one of the two; `tests/rows/test_security.py` looks. Expressions are SQL over the
table's columns; write `(select liaison_reader())`, so that it is evaluated once for a statement and not for each row.
"""

from django.db import migrations

APP = "liaison_app"
SYSTEM = "liaison_system"
VERBS = ("select", "insert", "update", "delete")


def secure(
    table: str,
    *,
    select: str | None,
    insert: str | None,
    update: str | None = None,
    delete: str | None = None,
    system: str = "select,insert,update,delete",
) -> migrations.RunSQL:
    """Return the operation that enables and forces row-level security on a table.

    Each verb has the condition under which `liaison_app` may do it to a row; None is never, not even a grant. An
    update's condition holds before and after. `system` lists what `liaison_system` may do, to every row.
    """
    conditions = {"select": select, "insert": insert, "update": update, "delete": delete}
    name = _quoted(table)
    statements = [
        f"alter table {name} enable row level security",
        f"alter table {name} force row level security",
        f"revoke all on table {name} from public, {APP}, {SYSTEM}",
    ]
    for verb, condition in conditions.items():
        if condition is not None:
            statements += [
                f"create policy app_{verb} on {name} as permissive for {verb} to {APP} {_clauses(verb, condition)}",
                f"grant {verb} on table {name} to {APP}",
            ]
    for verb in _verbs(system):
        statements += [
            f"create policy system_{verb} on {name} as permissive for {verb} to {SYSTEM} {_clauses(verb, 'true')}",
            f"grant {verb} on table {name} to {SYSTEM}",
        ]
    back = [f"drop policy if exists {role}_{verb} on {name}" for role in ("app", "system") for verb in VERBS]
    back += [
        f"alter table {name} no force row level security",
        f"alter table {name} disable row level security",
        f"revoke all on table {name} from {APP}, {SYSTEM}",
    ]
    return migrations.RunSQL(sql=_script(statements), reverse_sql=_script(back))


def open_table(
    table: str, *, reason: str, app: str = "select,insert,update,delete", system: str = "select"
) -> migrations.RunSQL:
    """Return the operation that leaves a table without row-level security; the reason stays as its comment."""
    assert reason.strip(), "a table is open for a reason"
    name = _quoted(table)
    statements = [f"revoke all on table {name} from public, {APP}, {SYSTEM}"]
    for role, given in ((APP, app), (SYSTEM, system)):
        if verbs := _verbs(given):
            statements.append(f"grant {', '.join(verbs)} on table {name} to {role}")
    statements.append(f"comment on table {name} is {_literal(f'open: {reason.strip()}')}")
    back = [f"comment on table {name} is null", f"revoke all on table {name} from {APP}, {SYSTEM}"]
    return migrations.RunSQL(sql=_script(statements), reverse_sql=_script(back))


def _clauses(verb: str, condition: str) -> str:
    checked = {"insert": f"with check ({condition})", "update": f"using ({condition}) with check ({condition})"}
    return checked.get(verb, f"using ({condition})")


def _verbs(given: str) -> list[str]:
    verbs = [verb.strip() for verb in given.split(",") if verb.strip()]
    assert set(verbs) <= set(VERBS), f"{given} names something that is not a verb of SQL"
    return verbs


def _quoted(table: str) -> str:
    assert '"' not in table, "a table's name has no quotes"
    return f'public."{table}"'


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _script(statements: list[str]) -> tuple[tuple[str, None], ...]:
    """Each alone and without parameters, so that a percent sign in a condition is only that."""
    return tuple((statement, None) for statement in statements)

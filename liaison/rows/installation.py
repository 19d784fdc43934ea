"""What the owner puts into the database beside the tables: the key under which viewer tokens are verified."""

from django.db import connections, transaction

from liaison.rows.tokens import viewer_key

OWNER = "owner"


def install_viewer_key() -> None:
    """Let the database verify tokens of the key in the home, and of no other. Can be run twice."""
    key = viewer_key()
    with transaction.atomic(using=OWNER), connections[OWNER].cursor() as cursor:
        cursor.execute("delete from public.liaison_viewer_key where id <> %s", [key.key_id])
        cursor.execute(
            "insert into public.liaison_viewer_key (id, inner_pad, outer_pad) values (%s, %s, %s)"
            " on conflict (id) do nothing",
            [key.key_id, key.inner, key.outer],
        )

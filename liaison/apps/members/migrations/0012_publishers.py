"""The secretariat looks after the bodies whose published lists it imports, and after no other partner.

One function, which the policies of later apps ask; under 10 ms; reversible once they no longer do.
"""

from django.db import migrations

PUBLISHERS = ("UN", "US-OFAC")
"""The codes that `liaison.apps.members.public.PUBLISHERS` names."""
_CODES = ", ".join(f"'{one}'" for one in PUBLISHERS)
FORWARD = f"""
-- The bodies, besides his own, for whose records this viewer answers. In plpgsql, so that a session plans it once.
create function members_looked_after() returns uuid[]
language plpgsql stable security definer set search_path = pg_catalog, public, pg_temp as $$
begin
    if not liaison_has_right('import_lists') then
        return '{{}}';
    end if;
    return array(select r.id from members_reader r where r.kind = 'partner' and r.code in ({_CODES}));
end $$;
revoke all on function members_looked_after() from public;
grant execute on function members_looked_after() to liaison_app;
"""


class Migration(migrations.Migration):
    dependencies = [("members", "0011_ends")]
    operations = [migrations.RunSQL(FORWARD, "drop function members_looked_after()")]

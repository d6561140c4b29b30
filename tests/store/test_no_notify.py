"""No statement of a turn can notify through the schema: a NOTIFY in it would make every commit wait for the others."""

import asyncpg
from tests.database import Database

NOTIFIES = r"pg_notify|\mnotify\M"
FOUND = """
SELECT p.proname FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
WHERE n.nspname = 'public' AND p.prokind IN ('f', 'p') AND p.prosrc ~* $1
UNION ALL
SELECT t.tgname || ' on ' || t.tgrelid::regclass FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid
WHERE NOT t.tgisinternal AND p.prosrc ~* $1
UNION ALL
SELECT r.rulename || ' on ' || r.ev_class::regclass FROM pg_rewrite r WHERE pg_get_ruledef(r.oid) ~* $1
"""
PLANTED = """
CREATE TABLE told (id int);
CREATE FUNCTION tell() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NOTIFY told; RETURN NEW; END $$;
CREATE TRIGGER telling AFTER INSERT ON told FOR EACH ROW EXECUTE FUNCTION tell();
"""


async def test_nothing_in_the_schema_notifies(database: Database) -> None:
    connection = await asyncpg.connect(database.admin_url)
    try:
        assert [row[0] for row in await connection.fetch(FOUND, NOTIFIES)] == []
        # What is looked for would be found.
        planting = connection.transaction()
        await planting.start()
        await connection.execute(PLANTED)
        assert {row[0] for row in await connection.fetch(FOUND, NOTIFIES)} == {"tell", "telling on told"}
        await planting.rollback()
    finally:
        await connection.close()

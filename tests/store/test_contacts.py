"""Questions go with the conversations they were asked in. That nothing else of a contact stays is tested over the wire, in tests/line."""

import secrets

import asyncpg
from tests.database import migrated
from tests.library.conftest import conversation

from frontdesk.app import database as program_database
from frontdesk.app.postgres import PostgresServer
from frontdesk.core.ids import AssistantId, WorkspaceId
from frontdesk.store import questions, workspaces
from frontdesk.store.connect import Store, open_store
from frontdesk.store.ids import mint
from frontdesk.store.questions import Asked

# What each later step adds goes first.
BACK_TO_0005 = (
    "ALTER TABLE ai_services DROP COLUMN rests",
    "DROP FUNCTION published_versions",
    "ALTER TABLE intent_models DROP COLUMN recipe",
    "ALTER TABLE knowledge_questions DROP CONSTRAINT knowledge_questions_conversation",
    "DROP INDEX knowledge_questions_conversation",
    "UPDATE alembic_version SET version_num = '0005'",
)


def asked(key: str, conversation_id: str) -> Asked:
    return Asked(key, AssistantId("asst_1"), conversation_id, "anyone?", "en", "none")  # type: ignore[arg-type]  # any text


async def test_a_question_of_a_conversation_that_is_gone_is_not_kept(
    store: Store, workspace: WorkspaceId
) -> None:
    there = await conversation(store, workspace)
    await questions.note(workspace, store, asked("a", there))
    await questions.note(workspace, store, asked("b", "conv_gone"))
    async with store.turn_work(workspace) as connection:
        assert await connection.fetchval("SELECT array_agg(key) FROM knowledge_questions") == ["a"]


async def test_an_older_database_loses_the_questions_of_conversations_that_are_gone_and_keeps_the_others(
    server: PostgresServer,
) -> None:
    place = await migrated(server, f"older_{secrets.token_hex(4)}")
    admin = await asyncpg.connect(place.admin_url)
    store = await open_store(place.url, pool_size=2)
    workspace = WorkspaceId(mint("ws"))
    async with store.unit_of_work(workspace) as tx:
        await workspaces.create(workspace, tx, name="Older")
    there = await conversation(store, workspace)
    await questions.note(workspace, store, asked("stays", there))
    for statement in BACK_TO_0005:
        await admin.execute(statement)
    await admin.execute(
        """INSERT INTO knowledge_questions (workspace_id, key, assistant_id, conversation_id, question, language, outcome)
           SELECT workspace_id, 'goes', assistant_id, 'conv_gone', question, language, outcome FROM knowledge_questions"""
    )
    await program_database.migrate(place.admin_url, server.program.user)
    assert [row["key"] for row in await admin.fetch("SELECT key FROM knowledge_questions")] == ["stays"]
    forced = await admin.fetchval(
        "SELECT bool_and(relforcerowsecurity) FROM pg_class WHERE relname IN ('knowledge_questions', 'conversations')"
    )
    assert forced is True
    await store.close()
    await admin.close()

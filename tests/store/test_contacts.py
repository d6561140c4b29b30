"""Questions go with the conversations they were asked in. That nothing else of a contact stays is tested over the wire, in tests/line."""

import asyncpg
from tests.database import older
from tests.library.conftest import conversation

from frontdesk.app import database as program_database
from frontdesk.app.postgres import PostgresServer
from frontdesk.core.ids import AssistantId, ConversationId, WorkspaceId
from frontdesk.store import questions
from frontdesk.store.connect import Store
from frontdesk.store.questions import Asked

OLDER = """
    INSERT INTO workspaces (workspace_id, name) VALUES ('ws', 'Older');
    INSERT INTO channels (workspace_id, id, type, name) VALUES ('ws', 'chan', 'rest', 'REST');
    INSERT INTO contacts (workspace_id, id) VALUES ('ws', 'vis');
    INSERT INTO conversations (workspace_id, id, channel_id, task_id, assistant_id, contact_id, external_id, state,
                               state_format)
    VALUES ('ws', 'conv', 'chan', 'task', 'asst', 'vis', 'jo', '{}', 1);
    INSERT INTO knowledge_questions (workspace_id, key, assistant_id, conversation_id, question, language, outcome)
    VALUES ('ws', 'stays', 'asst', 'conv', 'anyone?', 'en', 'none'), ('ws', 'goes', 'asst', 'gone', 'anyone?', 'en', 'none')
"""


def asked(key: str, conversation_id: str) -> Asked:
    return Asked(key, AssistantId("asst_1"), ConversationId(conversation_id), "anyone?", "en", "none")


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
    admin_url = await older(server, "0005")
    admin = await asyncpg.connect(admin_url)
    await admin.execute(OLDER)
    await program_database.migrate(admin_url, server.program.user)
    assert [row["key"] for row in await admin.fetch("SELECT key FROM knowledge_questions")] == ["stays"]
    forced = await admin.fetchval(
        "SELECT bool_and(relforcerowsecurity) FROM pg_class WHERE relname IN ('knowledge_questions', 'conversations')"
    )
    assert forced is True
    await admin.close()

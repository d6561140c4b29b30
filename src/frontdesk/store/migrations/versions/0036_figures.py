"""Figures are kept beside the conversations: one row for each, and sums of them by day.

Both are made again from the conversations whenever these change; a release that does not know of them loses nothing.
"""

from alembic import op

revision = "0036"
down_revision = "0035"

STATEMENTS = (
    # Of conversations that count alone. `day` and `hour` are of the beginning, as clocks of the workspace showed them; `ended` is how it
    # ended once it is over, which it is not before `open_until`.
    """CREATE TABLE conversation_figures (
        workspace_id text NOT NULL,
        conversation_id text NOT NULL,
        begun_at timestamptz NOT NULL,
        day date NOT NULL,
        hour smallint NOT NULL,
        assistant_id text NOT NULL,
        channel_id text NOT NULL,
        team text NOT NULL,
        ended text NOT NULL,
        solved text NOT NULL,
        open_until timestamptz,
        is_handed boolean NOT NULL,
        reason text NOT NULL,
        wait_s float8,
        first_s float8,
        closed_s float8,
        score float8,
        first_by text,
        operators text[] NOT NULL,
        flows text[] NOT NULL,
        PRIMARY KEY (workspace_id, conversation_id),
        FOREIGN KEY (workspace_id, conversation_id) REFERENCES conversations ON DELETE CASCADE)""",
    "CREATE INDEX conversation_figures_day ON conversation_figures (workspace_id, day, begun_at, conversation_id)",
    """CREATE INDEX conversation_figures_open ON conversation_figures (workspace_id, open_until)
        WHERE open_until IS NOT NULL""",
    # `kind` says what `value` is: all, hour of the day, reason, flow, operator.
    """CREATE TABLE figure_sums (
        workspace_id text NOT NULL REFERENCES workspaces ON DELETE CASCADE,
        kind text NOT NULL,
        day date NOT NULL,
        value text NOT NULL,
        assistant_id text NOT NULL,
        channel_id text NOT NULL,
        team text NOT NULL,
        conversations integer NOT NULL,
        bot integer NOT NULL,
        person integer NOT NULL,
        nobody integer NOT NULL,
        confirmed integer NOT NULL,
        silent integer NOT NULL,
        unsolved integer NOT NULL,
        handed integer NOT NULL,
        reached integer NOT NULL,
        closed integer NOT NULL,
        rated integer NOT NULL,
        score float8 NOT NULL DEFAULT 0,
        PRIMARY KEY (workspace_id, kind, day, value, assistant_id, channel_id, team))""",
    # Days of which the sums are to be made again.
    """CREATE TABLE figure_days_due (
        workspace_id text NOT NULL,
        id bigint GENERATED ALWAYS AS IDENTITY,
        day date NOT NULL,
        PRIMARY KEY (workspace_id, id))""",
    # `moment`: what was written up to there is counted (see store/news.py). Until `is_built`, only conversations up to
    # the id `built_upto` are.
    """CREATE TABLE figure_marks (
        workspace_id text NOT NULL REFERENCES workspaces ON DELETE CASCADE PRIMARY KEY,
        zone text NOT NULL,
        moment text NOT NULL,
        built_upto text NOT NULL,
        is_built boolean NOT NULL)""",
    # Whatever happens to a row of a conversation, erasing it included, its day is summed again.
    """CREATE FUNCTION note_figure_days() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            INSERT INTO figure_days_due (workspace_id, day) SELECT DISTINCT workspace_id, day FROM touched;
            RETURN NULL;
        END $$""",
    "REVOKE ALL ON FUNCTION note_figure_days() FROM PUBLIC",
    """CREATE TRIGGER figures_made AFTER INSERT ON conversation_figures
        REFERENCING NEW TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION note_figure_days()""",
    """CREATE TRIGGER figures_gone AFTER DELETE ON conversation_figures
        REFERENCING OLD TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION note_figure_days()""",
)
TABLES = ("conversation_figures", "figure_sums", "figure_days_due", "figure_marks")


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
    for table in TABLES:
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(
            f"""CREATE POLICY own_workspace ON {table} TO frontdesk_app
                USING (workspace_id = current_setting('frontdesk.workspace', true))
                WITH CHECK (workspace_id = current_setting('frontdesk.workspace', true))"""
        )
        op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO frontdesk_app")
    # What goes with its conversation is deleted by the owner of the table, who marks the day.
    op.execute("CREATE POLICY marking ON figure_days_due FOR INSERT TO frontdesk_owner WITH CHECK (true)")

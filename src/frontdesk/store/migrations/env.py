"""Runs migrations as the owning role, one transaction for all of them, on the connection that `migrate` opens."""

from alembic import context

config = context.config
context.configure(connection=config.attributes["connection"], transactional_ddl=True)
with context.begin_transaction():
    context.run_migrations()

"""Alembic's entry: one connection handed in by app.commands.migrate, all tables' metadata for comparison."""

from alembic import context

from app.kernel.database import Table

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Table.metadata,
    compare_type=True,
    transaction_per_migration=True,
)
with context.begin_transaction():
    context.run_migrations()

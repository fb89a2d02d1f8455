"""Runs migrations on the connection that ``surveyapp.store.migrating`` hands over."""

from alembic import context

from surveyapp.store.models import Base

connection = context.config.attributes["connection"]
context.configure(
    connection=connection, target_metadata=Base.metadata, render_as_batch=False, transaction_per_migration=False
)
with context.begin_transaction():
    context.run_migrations()

"""An index by which open tickets to answer are counted (100 000 tickets: 600 ms without it)."""

from __future__ import annotations

from alembic import op

revision = "0002"
down_revision = "0001"

NAME = "ix_tickets_is_open_needs_answer_changed_at_id"


def upgrade() -> None:
    op.create_index(NAME, "tickets", ["is_open", "needs_answer", "changed_at", "id"])


def downgrade() -> None:
    op.drop_index(NAME, "tickets")

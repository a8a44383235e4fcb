"""Steps from one schema of the desk to the next, run by alembic at start."""

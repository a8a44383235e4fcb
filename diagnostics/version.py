"""The version of Firsthop that a Run names; the same as in pyproject.toml (a test compares)."""

VERSION = "0.1.0"

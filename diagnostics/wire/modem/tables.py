"""The tables of a status page as rows of plain cells; every page is hostile until read."""

from __future__ import annotations

import re

import msgspec

from diagnostics.wire.modem.markup import shown, words

#: no modem shows more; what lies beyond is not looked at
_MOST_TABLES, _MOST_ROWS, _MOST_CELLS, _LONGEST_CELL = 60, 120, 70, 120
_DEEPEST = 30
_TABLE = re.compile(r"(?i)<(/?)table\b[^<>]*>")
_ROW = re.compile(r"(?i)<tr\b[^<>]*>")
_CELL = re.compile(r"(?i)<t[dh]\b[^<>]*>")
_END = re.compile(r"(?i)</t[dhr]\b")


class Table(msgspec.Struct, frozen=True):
    """`title` is the text that stands before the table, its last words."""

    title: str
    rows: tuple[tuple[str, ...], ...]


def tables_in(page: str) -> tuple[Table, ...]:
    """Every table that holds text; one inside another stands by itself, in front of the outer."""
    text = shown(page)
    found: list[Table] = []
    opened: list[tuple[str, list[str]]] = []  # title and own text of the tables not closed yet
    at = 0
    for mark in _TABLE.finditer(text):
        if opened:
            opened[-1][1].append(text[at : mark.start()])
        if not mark[1] and len(opened) < _DEEPEST:
            opened.append((words(text[max(mark.start() - 400, 0) : mark.start()])[-80:], []))
        elif mark[1] and opened:
            _close(opened, found)
        at = mark.end()
        if len(found) >= _MOST_TABLES:
            return tuple(found)
    if opened:
        opened[-1][1].append(text[at:])
    while opened:
        _close(opened, found)
    return tuple(found)


def _close(opened: list[tuple[str, list[str]]], found: list[Table]) -> None:
    title, pieces = opened.pop()
    rows = _rows(" ".join(pieces))
    if rows:
        found.append(Table(title, rows))


def _rows(inside: str) -> tuple[tuple[str, ...], ...]:
    parts = _ROW.split(inside, _MOST_ROWS + 1)[1 : _MOST_ROWS + 1]
    rows = (tuple(_cell(one) for one in _CELL.split(part, _MOST_CELLS)[1:]) for part in parts)
    return tuple(row for row in rows if any(row))


def _cell(text: str) -> str:
    return words(_END.split(text[:4000], maxsplit=1)[0])[:_LONGEST_CELL]

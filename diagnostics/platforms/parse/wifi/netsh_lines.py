"""The lines of `netsh`: label and value, headings, rules, and values that go on below."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

import msgspec

_RULE = re.compile(r"\s*[=\-_*]{4,}.*[=\-_*]{3,}\s*|\s*=+[^=:]*=+\s*")
#: The first colon; full-width in Chinese and Japanese, and French puts a blank before it.
_COLON = re.compile("[:\N{FULLWIDTH COLON}]")


class Line(msgspec.Struct, kw_only=True):
    """An empty `label` is a line without a colon. `more`: the lines that went on with the value."""

    label: str = ""
    value: str = ""
    indent: int = 0
    is_rule: bool = False  # a line of ===== between sections
    is_heading: bool = False  # starts at the margin, ends in a colon
    is_none: bool = False  # "<None>" in any language: a list that could have been here is empty
    more: list[str] = msgspec.field(default_factory=list)


def lines_of(text: str) -> Iterator[Line]:
    held: Line | None = None
    for raw in even(text.replace("\r\n", "\n").replace("\r", "\n")).split("\n"):
        line = _line(raw)
        if held is not None and _goes_on(held, line, raw):
            held.more.append(raw.strip())
            continue
        if held is not None:
            yield held
        held = line
    if held is not None:
        yield held


def even(text: str) -> str:
    """Pipes and pages may double every line break: what is usual counts as one."""
    runs = Counter(len(run) for run in re.findall(r"\n+", text))
    usual = min(runs.most_common(2), default=(1, 0))[0] if runs else 1
    if usual < 2 or runs[1] * 10 > runs.total():
        return text
    return re.sub(r"\n+", lambda run: "\n" * max(1, len(run.group()) // usual), text)


def _line(raw: str) -> Line:
    text = raw.strip().strip("\u200e\u200f\ufeff")
    indent = len(raw) - len(raw.lstrip())
    if text.startswith("="):
        return Line(is_rule=True)
    colon = _COLON.search(text)
    if colon is None or text.startswith(("#", ">", "PS ")):
        return Line(indent=indent, is_none=bool(re.fullmatch(r"<[^<>/:=.]{1,20}>", text)))
    label, value = text[: colon.start()].strip(), text[colon.end() :].strip()
    if not value and not indent and not re.fullmatch(r"(?i)\w*\s*B?SSID\s*\d*", label):
        return Line(label=label, is_heading=True)
    return Line(label=label, value=value, indent=indent)


def _goes_on(held: Line, line: Line, raw: str) -> bool:
    """A line without a colon that stands far to the right: a second value, or the rest of one."""
    far = line.indent > held.indent + 8
    return bool(held.value and raw.strip() and not line.label and not line.is_rule and far)

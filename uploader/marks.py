"""Walks a reading by its types and hands every text to a function, with the mark it carries.

It is an allow-list: a text whose type says nothing comes with UNMARKED, and does not survive.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar, cast

import msgspec
from msgspec import inspect

from diagnostics.private import MARK
from diagnostics.result import Unmeasured

UNMARKED = "unmarked"
FREE = "free"
#: (mark, text) -> what takes its place
Change = Callable[[str, str], str]
S = TypeVar("S", bound=msgspec.Struct)


def changed(value: S, change: Change) -> S:
    """A copy of the struct with every text in it changed; figures and enumerations stay."""
    return cast("S", _struct(value, type(value), change))


def _struct(value: msgspec.Struct, kind: type[msgspec.Struct], change: Change) -> msgspec.Struct:
    if isinstance(value, Unmeasured):
        # the detail is our own sentence, yet may quote an error message with names in it
        return Unmeasured(value.reason, change(FREE, value.detail))
    info = inspect.type_info(kind)
    assert isinstance(info, inspect.StructType)  # noqa: S101 - a struct's info is a struct type
    fields = {
        field.name: _any(getattr(value, field.name), field.type, UNMARKED, change)
        for field in info.fields
    }
    return kind(**fields)


def _any(value: object, kind: inspect.Type, mark: str, change: Change) -> object:
    if isinstance(kind, inspect.Metadata):
        extra = cast("dict[str, object]", kind.extra or {})
        return _any(value, kind.type, str(extra.get(MARK, mark)), change)
    if isinstance(kind, inspect.UnionType):
        return _any(value, _member(value, kind), mark, change)
    if isinstance(value, msgspec.Struct):
        return _struct(value, type(value), change)
    if isinstance(kind, inspect.StrType):
        return change(mark, str(value))
    if isinstance(kind, inspect.VarTupleType) and isinstance(value, tuple):
        items = cast("tuple[object, ...]", value)
        return tuple(_any(item, kind.item_type, mark, change) for item in items)
    if isinstance(kind, _HARMLESS):
        return value
    raise TypeError(f"no reading may hold a {type(kind).__name__}: it could hide a text")


#: an enumeration is our own vocabulary; figures name nobody
_HARMLESS = (
    inspect.IntType,
    inspect.FloatType,
    inspect.BoolType,
    inspect.EnumType,
    inspect.NoneType,
    inspect.LiteralType,
)


def _member(value: object, kind: inspect.UnionType) -> inspect.Type:
    """The member of a union that the value is of."""
    for member in kind.types:
        inner = member.type if isinstance(member, inspect.Metadata) else member
        if isinstance(inner, inspect.EnumType):
            fits = isinstance(value, inner.cls)
        elif isinstance(inner, inspect.StrType):
            fits = type(value) is str
        elif isinstance(inner, inspect.StructType):
            fits = isinstance(value, inner.cls)
        elif isinstance(inner, inspect.VarTupleType):
            fits = isinstance(value, tuple)
        else:
            fits = isinstance(value, int | float | bool | None)
        if fits:
            return member
    raise TypeError(f"a {type(value).__name__} stands where its type does not allow it")

"""Small XML documents from strangers as a plain tree: no entities, no doctype, bounded depth."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.parsers import expat

from diagnostics.wire.errors import BadAnswer

_DEEPEST = 40
_MOST = 20_000


@dataclass
class Element:
    """`name` without its namespace; `text` is the text right inside, without its children's."""

    name: str
    text: str = ""
    children: list[Element] = field(default_factory=list["Element"])

    def find(self, name: str) -> Element | None:
        """The first descendant of that name, in document order."""
        return next(self.all(name), None)

    def all(self, name: str) -> Iterator[Element]:
        """Every descendant of that name, in document order."""
        for child in self.children:
            if child.name == name:
                yield child
            yield from child.all(name)

    def said(self, name: str) -> str:
        """Text of the first descendant of that name, "" when there is none."""
        found = self.find(name)
        return "" if found is None else found.text.strip()


class _Builder:
    def __init__(self) -> None:
        self.root: Element = Element("")
        self._open: list[Element] = [self.root]
        self._count = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        del attributes
        self._count += 1
        if len(self._open) > _DEEPEST or self._count > _MOST:
            raise BadAnswer("the XML document is nested too deep or too long")
        child = Element(name.rpartition(" ")[2].rpartition(":")[2])
        self._open[-1].children.append(child)
        self._open.append(child)

    def end(self, name: str) -> None:
        del name
        self._open.pop()

    def text(self, text: str) -> None:
        self._open[-1].text += text

    def doctype(self, *parts: object) -> None:
        del parts
        raise BadAnswer("the XML document declares entities, which is not taken")


def read_xml(data: bytes) -> Element:
    """A nameless element that holds the document's root. Raises BadAnswer."""
    builder = _Builder()
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler = builder.start
    parser.EndElementHandler = builder.end
    parser.CharacterDataHandler = builder.text
    parser.StartDoctypeDeclHandler = builder.doctype
    try:
        parser.Parse(data.strip(b"\0\r\n\t "), True)
    except (expat.ExpatError, ValueError, LookupError) as error:
        raise BadAnswer(f"the XML document cannot be read: {error}") from None
    return builder.root

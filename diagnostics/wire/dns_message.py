"""DNS questions and answers as bytes (RFC 1035, RFC 6891), as far as a check asks and reads.

dnspython reads everything; loading it and its objects took 0.35 s of processor time of a check,
more than the load test. The tests hold this module against it.
"""

from __future__ import annotations

import secrets
import socket
import struct
from functools import lru_cache

import msgspec

_HEADER = struct.Struct("!HHHHHH")
_FIXED = struct.Struct("!HHIH")  # type, class, TTL, length of the data
_IN, _OPT = 1, 41
_QR, _TC, _RD, _RA, _AD = 0x8000, 0x0200, 0x0100, 0x0080, 0x0020
#: RFC 9715 and the DNS flag day: what passes everywhere without fragments.
_PAYLOAD = 1232
_EDNS = b"\0" + struct.pack("!HHIH", _OPT, _PAYLOAD, 0, 0)
_LONGEST_LABEL, _LONGEST_NAME = 63, 255
#: Types that somebody may ask for (IANA, "Resource Record (RR) TYPEs").
_TYPES = {
    "A": 1, "NS": 2, "CNAME": 5, "SOA": 6, "PTR": 12, "MX": 15, "TXT": 16, "AAAA": 28, "SRV": 33,
    "NAPTR": 35, "DS": 43, "DNSKEY": 48, "SVCB": 64, "HTTPS": 65, "CAA": 257,
}  # fmt: skip
_RCODES = {
    0: "NOERROR", 1: "FORMERR", 2: "SERVFAIL", 3: "NXDOMAIN", 4: "NOTIMP", 5: "REFUSED",
    6: "YXDOMAIN", 7: "YXRRSET", 8: "NXRRSET", 9: "NOTAUTH", 10: "NOTZONE", 11: "DSOTYPENI",
    16: "BADVERS", 17: "BADKEY", 18: "BADTIME", 19: "BADMODE", 20: "BADNAME", 21: "BADALG",
    22: "BADTRUNC", 23: "BADCOOKIE",
}  # fmt: skip
A, CNAME, AAAA = _TYPES["A"], _TYPES["CNAME"], _TYPES["AAAA"]
_BY_NAME = frozenset((_TYPES["NS"], CNAME, _TYPES["PTR"]))
_SPECIAL = frozenset(b'".;\\@$()')


class Question(msgspec.Struct, frozen=True):
    """`name` without its final dot; `wire` is name, type and class as bytes."""

    name: str
    rdtype: str
    type_number: int
    wire: bytes

    @property
    def asked(self) -> bytes:
        """As `Reply.asked`: names are compared without regard to case (RFC 4343)."""
        return self.wire[:-4].lower() + self.wire[-4:]

    def message(self) -> bytes:
        """With a fresh id each time: the late answer to one attempt is not taken for the next."""
        head = _HEADER.pack(secrets.randbits(16), _RD, 1, 0, 0, 1)
        return head + self.wire + _EDNS


class Record(msgspec.Struct, frozen=True):
    """`text` as in a zone file; "" for a type that is not read here, whose bytes are in `data`."""

    type_number: int
    ttl_s: int
    text: str
    data: bytes


class Reply(msgspec.Struct, frozen=True):
    """`asked`: the question as the answer repeats it, in lower case; b"" when it does not."""

    flags: int
    rcode: str
    asked: bytes
    answers: tuple[Record, ...]

    @property
    def is_response(self) -> bool:
        return bool(self.flags & _QR)

    @property
    def truncated(self) -> bool:
        return bool(self.flags & _TC)

    @property
    def authenticated(self) -> bool:
        return bool(self.flags & _AD)

    @property
    def recursion_available(self) -> bool:
        return bool(self.flags & _RA)

    def texts(self, type_number: int) -> tuple[str, ...]:
        return tuple(_text(r) for r in self.answers if r.type_number == type_number)


@lru_cache(maxsize=64)  # the same few names again and again
def question(name: str, rdtype: str) -> Question:
    """ValueError for a name or type that cannot be asked for."""
    number = _TYPES.get(rdtype.upper())
    if number is None:
        raise ValueError(f"cannot ask for {rdtype} of {name!r}: unknown type")
    try:
        labels = (
            [_label(label) for label in name.removesuffix(".").split(".")] if name != "." else []
        )
    except UnicodeError:
        labels = [b""]
    wire = b"".join(bytes([len(label)]) + label for label in labels) + b"\0"
    if any(not 0 < len(label) <= _LONGEST_LABEL for label in labels) or len(wire) > _LONGEST_NAME:
        raise ValueError(f"cannot ask for {rdtype} of {name!r}: no domain name")
    return Question(
        name.removesuffix(".") or ".",
        rdtype.upper(),
        number,
        wire + struct.pack("!HH", number, _IN),
    )


def _label(text: str) -> bytes:
    """UnicodeError where it cannot be written."""
    return text.encode("ascii") if text.isascii() else text.encode("idna")


def read(data: bytes) -> Reply:
    """The message of an answer; ValueError when it is none. A truncated one as far as it goes."""
    if len(data) < _HEADER.size:
        raise ValueError("too short")
    _, flags, questions, answers, authorities, others = _HEADER.unpack_from(data)
    found: list[Record] = []
    extended = 0
    try:
        at, asked = _questions(data, questions)
        for number in range(answers + authorities + others):
            at, record, rdclass = _record(data, at)
            if number < answers:
                found += [record] if rdclass == _IN else []
            elif record.type_number == _OPT:
                extended = record.ttl_s >> 24
    except (struct.error, IndexError) as error:
        if not flags & _TC:
            raise ValueError("cut short") from error
        asked = b""
    rcode = extended << 4 | flags & 0x0F
    return Reply(flags, _RCODES.get(rcode, str(rcode)), asked, tuple(found))


def _questions(data: bytes, count: int) -> tuple[int, bytes]:
    """Where they end, and the first of them."""
    at, asked = _HEADER.size, b""
    for number in range(count):
        at, labels = _name(data, at)
        if number == 0:
            name = b"".join(bytes([len(label)]) + label.lower() for label in labels) + b"\0"
            asked = name + data[at : at + 4]
        at += 4
    if at > len(data):
        raise IndexError
    return at, asked


def _record(data: bytes, at: int) -> tuple[int, Record, int]:
    at, _ = _name(data, at)
    number, rdclass, ttl_s, length = _FIXED.unpack_from(data, at)
    at += _FIXED.size
    end = at + length
    if end > len(data):
        raise IndexError
    payload = data[at:end]
    text = ""
    if number in _BY_NAME:
        after, labels = _name(data, at)
        if after != end:
            raise ValueError("a name longer than its record")
        text = _written(labels)
    elif number in (A, AAAA):
        family = socket.AF_INET if number == A else socket.AF_INET6
        text = socket.inet_ntop(family, payload)
    # RFC 2181: a TTL with its first bit set is 0; OPT keeps other things there.
    ttl_s = 0 if ttl_s >> 31 and number != _OPT else ttl_s
    return end, Record(number, ttl_s, text, payload), rdclass


def _name(data: bytes, at: int) -> tuple[int, list[bytes]]:
    """Where it ends in place, and its labels. Pointers lead backwards only: none goes round."""
    labels: list[bytes] = []
    end, limit, size = 0, at, 1
    while length := data[at]:
        if length >= 0xC0:
            target = (length & 0x3F) << 8 | data[at + 1]
            end = end or at + 2
            if target >= limit:
                raise ValueError("a pointer that does not lead backwards")
            at = limit = target
            continue
        if length > _LONGEST_LABEL:
            raise ValueError("a label of an unknown kind")
        label = data[at + 1 : at + 1 + length]
        size += 1 + length
        if len(label) < length:
            raise IndexError
        if size > _LONGEST_NAME:
            raise ValueError("a name that is too long")
        labels.append(label)
        at += 1 + length
    return end or at + 1, labels


def _written(labels: list[bytes]) -> str:
    """Absolute, with anything unusual escaped (RFC 1035, 5.1)."""
    return "".join(_escaped(label) + "." for label in labels) or "."


def _escaped(label: bytes) -> str:
    return "".join(
        f"\\{chr(byte)}"
        if byte in _SPECIAL
        else chr(byte)
        if 0x20 < byte < 0x7F
        else f"\\{byte:03d}"
        for byte in label
    )


def _text(record: Record) -> str:
    if record.text:
        return record.text
    return f"\\# {len(record.data)} {record.data.hex()}".rstrip()  # RFC 3597

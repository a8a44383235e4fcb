"""A socket for echoes: datagram ICMP where the system lets everybody, raw ICMP where we may.

A fresh network namespace, and many a server, has `ping_group_range` closed, which refuses even
root the datagram kind; root and CAP_NET_RAW have the raw one, with the same kernel stamps.
"""

import socket
import struct

import msgspec

from diagnostics.wire.errors import NotPermitted, NotSupported, WireError, wire_error
from diagnostics.wire.kernel import KERNEL
from diagnostics.wire.source import Source, bind

_ICMP_FILTER, _SOL_RAW = 1, 255  # linux/icmp.h, linux/socket.h
_ICMP6_FILTER = 1  # linux/icmpv6.h


class IcmpSocket(msgspec.Struct, frozen=True):
    """`shared`: raw. It hears every echo of the computer, so identifiers must be compared."""

    sock: socket.socket
    shared: bool

    def is_ours(self, identifier: int, own: int) -> bool:
        """A datagram socket's identifier is the kernel's affair, which filters by it too."""
        if KERNEL.rewrites_echo_id and not self.shared:
            return True
        return identifier == own


def open_icmp(family: socket.AddressFamily, source: Source) -> IcmpSocket:
    """Non-blocking, bound to `source`; raises NotPermitted, NotSupported, or as `bind` does."""
    if KERNEL.name == "windows":
        raise NotSupported("sending ICMP: not possible with a socket on this system")
    found = _either(family)
    try:
        found.sock.setblocking(False)
        bind(found.sock, source)
    except BaseException:
        found.sock.close()
        raise
    return found


def _either(family: socket.AddressFamily) -> IcmpSocket:
    protocol = socket.IPPROTO_ICMPV6 if family == socket.AF_INET6 else socket.IPPROTO_ICMP
    try:
        return IcmpSocket(_open(family, socket.SOCK_DGRAM, protocol), shared=False)
    except (NotPermitted, NotSupported) as refusal:
        try:
            sock = _open(family, socket.SOCK_RAW, protocol)
        except WireError:
            raise refusal from None
    _only_replies(sock)
    return IcmpSocket(sock, shared=True)


def _open(family: socket.AddressFamily, kind: socket.SocketKind, protocol: int) -> socket.socket:
    try:
        return socket.socket(family, kind, protocol)
    except OSError as error:
        raise wire_error(error, "opening an ICMP socket") from None


def _only_replies(sock: socket.socket) -> None:
    """Bits of types: 1 is not wanted. A kernel without the filter only makes us read more."""
    try:
        if sock.family == socket.AF_INET6:
            words = [0xFFFFFFFF] * 8
            words[129 >> 5] &= ~(1 << (129 & 31))
            sock.setsockopt(socket.IPPROTO_ICMPV6, _ICMP6_FILTER, struct.pack("=8I", *words))
        else:
            sock.setsockopt(_SOL_RAW, _ICMP_FILTER, struct.pack("=I", ~1 & 0xFFFFFFFF))
    except OSError:
        return

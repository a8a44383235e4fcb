"""Where packets leave: source address, interface, and addresses as sockets want them."""

import ipaddress
import socket
from functools import lru_cache
from typing import Literal

import msgspec

from diagnostics.wire.errors import NotSupported, WireError, wire_error
from diagnostics.wire.kernel import KERNEL

Family = Literal["any", "ipv4", "ipv6"]
SockAddr = tuple[str, int] | tuple[str, int, int, int]


class Source(msgspec.Struct, frozen=True):
    """Own address or interface to send from; "" leaves the choice to the system."""

    address: str = ""
    interface: str = ""


ANY = Source()
_DISCARD_PORT = 9


@lru_cache(maxsize=256)  # asked for with every echo and question, of the same few
def family_of(address: str) -> socket.AddressFamily:
    """AF_INET or AF_INET6 of a literal address (scope allowed); ValueError otherwise."""
    return socket.AF_INET6 if ipaddress.ip_address(address).version == 6 else socket.AF_INET


def sockaddr(address: str, port: int) -> SockAddr:
    """The tuple that a socket wants for a literal address, `fe80::1%eth0` included."""
    if family_of(address) == socket.AF_INET:
        return (address, port)
    bare, _, scope = address.partition("%")
    return (bare, port, 0, _scope_id(scope))


def _scope_id(scope: str) -> int:
    if not scope:
        return 0
    if scope.isdigit():
        return int(scope)
    try:
        return socket.if_nametoindex(scope)
    except OSError as error:
        raise wire_error(error, f"using interface {scope}") from None


def plain(address: str) -> str:
    """A literal address without scope, as the system itself writes it."""
    bare, family = address.partition("%")[0], family_of(address)
    return socket.inet_ntop(family, socket.inet_pton(family, bare))


def own_address(target: str, source: Source = ANY) -> str:
    """What the system would send from towards a literal address; "" where there is no way. Nothing
    is sent."""
    if source.address:
        return source.address
    try:
        with socket.socket(family_of(target), socket.SOCK_DGRAM) as sock:
            sock.connect(sockaddr(target, _DISCARD_PORT))
            return str(sock.getsockname()[0])
    except (OSError, WireError):
        return ""


def bind(sock: socket.socket, source: Source, port: int = 0) -> None:
    """Bind a socket to a source; raises WireError in plain words."""
    try:
        if source.interface:
            _bind_interface(sock, source.interface)
        if source.address or port:
            wildcard = "::" if sock.family == socket.AF_INET6 else "0.0.0.0"  # noqa: S104
            sock.bind(sockaddr(source.address or wildcard, port))
    except OSError as error:
        place = source.address or source.interface or f"port {port}"
        raise wire_error(error, f"sending from {place}") from None


def _bind_interface(sock: socket.socket, interface: str) -> None:
    if KERNEL.bind_to_device is not None:
        sock.setsockopt(socket.SOL_SOCKET, KERNEL.bind_to_device, interface.encode() + b"\0")
        return
    option = KERNEL.bound_if6 if sock.family == socket.AF_INET6 else KERNEL.bound_if4
    if option is None:
        raise NotSupported(f"sending from {interface}: not possible on this system")
    level = socket.IPPROTO_IPV6 if sock.family == socket.AF_INET6 else socket.IPPROTO_IP
    sock.setsockopt(level, option, socket.if_nametoindex(interface))

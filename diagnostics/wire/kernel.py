"""The socket options that one kernel has and another has not.

Chosen by what the socket module offers, so that no other module asks which
operating system it is on.  Numbers: Linux include/uapi/asm-generic/socket.h,
linux/in.h, linux/in6.h, linux/tcp.h; Darwin bsd/sys/socket.h, netinet/in.h,
netinet6/in6.h, netinet/tcp.h; Windows mstcpip.h.  None means: this kernel cannot do it.
"""

import socket
import struct

import msgspec


class Kernel(msgspec.Struct, frozen=True):
    """Numbers of optional socket features; None where missing."""

    name: str
    bind_to_device: int | None = None
    bound_if4: int | None = None
    bound_if6: int | None = None
    timestamping: int | None = None
    timestamp_ns: int | None = None
    timestamp: int | None = None
    recverr4: int | None = None
    recverr6: int | None = None
    receive_ttl4: int | None = None
    receive_hops6: int | None = None
    mtu_discover4: int | None = None
    mtu_discover6: int | None = None
    dont_fragment4: int | None = None
    dont_fragment6: int | None = None
    mtu4: int | None = None
    mtu6: int | None = None
    tcp_info: int | None = None
    tcp_connection_info: int | None = None
    sio_tcp_info: int | None = None
    tcp_congestion: int | None = None
    notsent_lowat: int | None = None
    drops_received: bool = False
    #: struct linger for SO_LINGER: a close that cuts at once, by RST
    cut: bytes = struct.pack("=ii", 1, 0)
    rewrites_echo_id: bool = False
    echo_has_ip_header: bool = False
    #: ICMP errors come to an ICMP socket as packets, not by an error queue
    errors_as_packets: bool = False


LINUX = Kernel(
    name="linux",
    bind_to_device=25,
    timestamping=37,
    timestamp_ns=35,
    timestamp=29,
    recverr4=11,
    recverr6=25,
    receive_ttl4=12,
    receive_hops6=51,
    mtu_discover4=10,
    mtu_discover6=23,
    mtu4=14,
    mtu6=24,
    tcp_info=11,
    tcp_congestion=13,
    notsent_lowat=25,
    drops_received=True,
    rewrites_echo_id=True,
)
DARWIN = Kernel(
    name="darwin",
    bound_if4=25,
    bound_if6=125,
    timestamp=0x400,
    receive_ttl4=24,
    receive_hops6=37,
    dont_fragment4=28,
    dont_fragment6=62,
    tcp_connection_info=0x106,
    echo_has_ip_header=True,
    errors_as_packets=True,
)
WINDOWS = Kernel(name="windows", sio_tcp_info=0xD8000027, cut=struct.pack("=HH", 1, 0))


def _present() -> Kernel:
    if hasattr(socket, "AF_NETLINK"):
        return LINUX
    return DARWIN if hasattr(socket, "AF_SYSTEM") else WINDOWS


KERNEL = _present()

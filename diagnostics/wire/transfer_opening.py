"""The connections of a transfer: to which address, and what kind of flow each becomes."""

import ssl
import time

from msgspec import structs

from diagnostics.wire.errors import Declined, NameNotFound, WireError, wire_error
from diagnostics.wire.kernel import KERNEL
from diagnostics.wire.lookup import system_lookup
from diagnostics.wire.speed_server import Endpoint
from diagnostics.wire.tcp import connect
from diagnostics.wire.tcp_info import congestion_control
from diagnostics.wire.throughput import Direction, TransferPlan
from diagnostics.wire.tls import secured_socket, trusting_context
from diagnostics.wire.transfer_download import DownloadFlow
from diagnostics.wire.transfer_flow import Flow
from diagnostics.wire.transfer_upload import UploadFlow

#: An address that is silent for so long leaves time for the next one.
_ELSEWHERE_S = 1.5
#: What a server takes that will not have more (nginx: 1 MiB, its client_max_body_size).
_SMALL_BODY, _TOO_LARGE = 1_000_000, 413
#: after so long a connection has been asked for twice, or once, again
_ASKED_AGAIN_S = (3.0, 1.0)


class Opening:
    """Opens one connection after another, all to the address that took the first one."""

    def __init__(
        self,
        direction: Direction,
        where: Endpoint,
        plan: TransferPlan,
        context: ssl.SSLContext | None,
    ) -> None:
        self._direction: Direction = direction
        self._plan = plan
        self._context = context
        self.where: Endpoint = where
        self.address: str = ""
        #: of this computer, "" where the system does not tell
        self.congestion_control: str = ""
        self.opened: int = 0
        #: shortest time that a connection took, 0 before the first
        self.connected_ms: float = 0.0
        #: the server ends each connection after one answer
        self.closes: bool = False

    async def first(self) -> Flow:
        """The first address that takes a connection serves them all. Raises WireError."""
        failure: WireError | None = None
        limit_s = self._plan.connect_timeout_s
        addresses = await self._addresses()
        for number, address in enumerate(addresses, 1):
            self.address = address
            last = number == len(addresses)
            try:
                return await self._open(limit_s if last else min(_ELSEWHERE_S, limit_s))
            except WireError as error:
                failure = failure or error
        raise failure or NameNotFound(f"{self.where.target.host} has no address")

    async def another(self) -> Flow:
        """One more to the same address. Raises WireError."""
        return await self._open(self._plan.connect_timeout_s)

    async def _addresses(self) -> tuple[str, ...]:
        host = self.where.target.host
        if self._plan.addresses:
            return self._plan.addresses
        if ":" in host or host.replace(".", "").isdigit():
            return (host,)
        found = await system_lookup(host, self._plan.connect_timeout_s, self._plan.command)
        family = self._plan.family
        chosen = {"any": found.addresses, "ipv4": found.ipv4, "ipv6": found.ipv6}[family]
        if not chosen:
            raise NameNotFound(f"{host} has no {family} address")
        return chosen[:3]

    async def _open(self, timeout_s: float) -> Flow:
        plan, target = self._plan, self.where.target
        begun_s = time.perf_counter()
        sock = await connect(self.address, target.port, timeout_s, plan.source)
        took_ms = _less_waits(time.perf_counter() - begun_s) * 1000
        self.connected_ms = min(self.connected_ms or took_ms, took_ms)
        if target.secure:
            if self._context is None:
                # Where the system verifies outside OpenSSL, this kind of socket cannot ask it.
                self._context = trusting_context(verify=plan.verify and KERNEL.name == "linux")
            sock = await secured_socket(sock, target.host, self._context, timeout_s)
        self.congestion_control = self.congestion_control or congestion_control(sock)
        self.opened += 1
        down_type, up_type = DownloadFlow, UploadFlow
        if self.where.ndt7:
            from diagnostics.wire.ndt7 import NdtDownloadFlow, NdtUploadFlow  # noqa: PLC0415

            down_type, up_type = NdtDownloadFlow, NdtUploadFlow
        try:
            flow = (down_type if self._direction == "down" else up_type)(sock, self.where)
        except OSError as error:  # it was cut already
            sock.close()
            raise wire_error(error, f"connecting to {target.host}") from None
        if self.closes:
            flow.only_one()
        return flow

    def ask_for_less(self, failure: WireError) -> bool:
        """Where the server found what we offered too large: whether less may be offered now."""
        too_large = isinstance(failure, Declined) and failure.status == _TOO_LARGE
        if not too_large or self.where.size <= _SMALL_BODY:
            return False
        self.where = structs.replace(self.where, size=_SMALL_BODY)
        return True


def _less_waits(took_s: float) -> float:
    """Without what TCP waited before it asked again (RFC 6298: one second, then two)."""
    waited_s = next((wait_s for wait_s in _ASKED_AGAIN_S if took_s >= wait_s), 0.0)
    return took_s - waited_s

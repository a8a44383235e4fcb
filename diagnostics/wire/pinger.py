"""Several targets pinged at once for as long as told: delay under load."""

from types import TracebackType
from typing import Self

from diagnostics.wire.icmp import EchoSeries
from diagnostics.wire.command import StreamCommand
from diagnostics.wire.source import ANY, Source


class Pinger:
    """Context manager: pings all `targets` at `rate_hz` (20-50) while inside.

        async with Pinger(("192.168.1.1", "1.1.1.1"), rate_hz=25) as pinger:
            mark = pinger.now_s()
            ...
            loaded = pinger.series(since_s=mark)

    `sent_at_s` of every probe is on the clock of `now_s()` (monotonic seconds,
    the event loop's), so phases of a test can be cut out afterwards.
    """

    def __init__(
        self,
        targets: tuple[str, ...],
        rate_hz: float = 20.0,
        timeout_s: float = 2.0,
        size: int = 56,
        source: Source = ANY,
        tcp_port: int = 443,
        command: StreamCommand | None = None,
    ) -> None: ...

    async def __aenter__(self) -> Self: ...

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None: ...

    def now_s(self) -> float: ...

    def series(
        self, since_s: float = 0.0, until_s: float | None = None
    ) -> tuple[EchoSeries, ...]:
        """One series a target, in the order given.

        Cut to probes sent in [since_s, until_s).  Probes still in flight
        (younger than the timeout and unanswered) are left out.
        """
        ...

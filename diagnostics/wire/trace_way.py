"""How this system sends the probes of a trace."""

from diagnostics.wire.kernel import KERNEL
from diagnostics.wire.source import Source
from diagnostics.wire.trace_flow import Flow, Probes


def open_probes(flow: Flow, source: Source) -> Probes:
    """Raises NotPermitted, NotSupported, WireError. Each system loads its own way alone."""
    if KERNEL.name == "windows":
        from diagnostics.wire.icmp_windows import load_icmp_library  # noqa: PLC0415
        from diagnostics.wire.trace_windows import WindowsProbes  # noqa: PLC0415

        return WindowsProbes(flow, source, load_icmp_library())
    if KERNEL.name == "darwin":
        from diagnostics.wire.trace_darwin import DarwinProbes  # noqa: PLC0415

        return DarwinProbes(flow, source)
    from diagnostics.wire.trace_probe import TraceProbes  # noqa: PLC0415

    return TraceProbes(flow, source)

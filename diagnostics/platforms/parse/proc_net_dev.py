"""/proc/net/dev: totals of every interface (proc_pid_net(5))."""

from __future__ import annotations

from diagnostics.readings.interfaces import Counters


def parse_net_dev(text: str) -> dict[str, Counters]:
    """Counters by interface; lines of another shape (the two of the head) are passed over."""
    found: dict[str, Counters] = {}
    for line in text.splitlines():
        name, colon, rest = line.partition(":")
        figures = rest.split()
        if not colon or len(figures) < 16 or not all(f.isdigit() for f in figures):
            continue
        rx_bytes, rx_packets, rx_errors, rx_dropped = map(int, figures[:4])
        tx_bytes, tx_packets, tx_errors, tx_dropped = map(int, figures[8:12])
        found[name.strip()] = Counters(
            rx_bytes=rx_bytes,
            tx_bytes=tx_bytes,
            rx_packets=rx_packets,
            tx_packets=tx_packets,
            rx_errors=rx_errors,
            tx_errors=tx_errors,
            rx_dropped=rx_dropped,
            tx_dropped=tx_dropped,
        )
    return found

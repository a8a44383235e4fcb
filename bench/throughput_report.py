"""Tables of the throughput comparison."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from statistics import median

import msgspec

from bench.harness import Spread
from bench.throughput_links import Link


class Measured(msgspec.Struct, frozen=True, kw_only=True):
    """One run of one side on one link; errors are relative, against what the link carries."""

    link: str
    side: str
    wall_s: float
    cpu_s: float
    peak_bytes: int
    moved_bytes: int
    down_error: float
    up_error: float
    down_confidence: str = ""
    up_confidence: str = ""
    seconds: tuple[float, ...] = ()
    confident: bool = False
    kind: str = "http"

    @property
    def worst(self) -> float:
        """The larger of both errors."""
        return max(abs(self.down_error), abs(self.up_error))

    def errors(self) -> list[tuple[float, str]]:
        """Error and confidence of each way."""
        return [
            (self.down_error, self.down_confidence),
            (self.up_error, self.up_confidence),
        ]

    def line(self) -> str:
        """For whoever watches."""
        errors = " ".join(f"{error * 100:+.2f}%{sure[:1]}" for error, sure in self.errors())
        return (
            f"{self.link:45} {self.side:14} {self.wall_s:6.2f} s {self.cpu_s:6.2f} CPU-s "
            f"{self.peak_bytes / 1e6:6.1f} MB {self.moved_bytes / 1e6:7.2f} MB moved  {errors}"
            f" {self.seconds or ''}"
        )


class Starts(msgspec.Struct, frozen=True):
    """CPU-seconds of the interpreter and its modules alone, which a check pays once."""

    ours: float
    theirs: float


def _of(rows: Sequence[Measured], link: str, side: str) -> list[Measured]:
    return [row for row in rows if row.link == link and row.side == side]


def _ratio(
    ours: Sequence[Measured], theirs: Sequence[Measured], figure: Callable[[Measured], float]
) -> Spread | None:
    pairs = zip(ours, theirs, strict=False)
    return Spread.of([figure(b) / figure(a) for a, b in pairs if figure(a) > 0])


def _percent(values: Sequence[float]) -> str:
    return f"{median(values) * 100:.2f} ({max(values) * 100:.2f})" if values else "-"


def report(rows: Sequence[Measured], links: Sequence[Link], starts: Starts | None) -> str:
    """Markdown: a row a link (minimum / median / maximum of the pairs), then the promises."""
    head = (
        "| link (down/up in Mbit/s) | ours, s | times faster | times fewer bytes | "
        "CPU, times less | memory, times less | our error, % median (worst) | "
        "speedtest-cli's |"
    )
    lines = [head, "|---|---|---|---|---|---|---|---|"]
    for link in links:
        ours, theirs = _of(rows, link.name, "ours"), _of(rows, link.name, "speedtest-cli")
        if not ours:
            continue
        ratios = [
            _ratio(ours, theirs, lambda m: m.wall_s),
            _ratio(ours, theirs, lambda m: m.moved_bytes),
            _ratio(ours, theirs, lambda m: m.cpu_s),
            _ratio(ours, theirs, lambda m: m.peak_bytes),
        ]
        lines.append(
            f"| {link.name} | {median([m.wall_s for m in ours]):.2f} | "
            + " | ".join(str(ratio or "-") for ratio in ratios)
            + f" | {_percent([m.worst for m in ours])} | {_percent([m.worst for m in theirs])} |"
        )
    for constant in (True, False):
        chosen = [link.name for link in links if link.constant is constant]
        lines += _promises("constant" if constant else "variable", rows, chosen)
        if starts is not None:
            lines += _without_start(rows, chosen, starts)
    return "\n".join(lines) + "\n"


def _promises(kind: str, rows: Sequence[Measured], links: Sequence[str]) -> list[str]:
    ours = [row for link in links for row in _of(rows, link, "ours")]
    theirs = [row for link in links for row in _of(rows, link, "speedtest-cli")]
    if not ours:
        return []
    errors = sorted(abs(error) for row in ours for error, _ in row.errors())
    sure = [abs(e) for row in ours for e, confidence in row.errors() if confidence == "high"]
    lines = ["", f"{kind} links ({len(links)}):", ""]
    lines.append(f"- our error: median {_at(errors, 0.5)}, 95th percentile {_at(errors, 0.95)}, ")
    lines[-1] += f"worst {errors[-1] * 100:.2f} %"
    lines.append(f"- claimed with high confidence: {len(sure)} of {len(errors)}")
    if sure:
        lines[-1] += f", the worst of them {max(sure) * 100:.2f} % wrong"
    if theirs:
        others = sorted(abs(error) for row in theirs for error, _ in row.errors())
        lines.append(
            f"- speedtest-cli's error: median {_at(others, 0.5)}, 95th percentile "
            f"{_at(others, 0.95)}, worst {others[-1] * 100:.2f} %"
        )
        lines += _medians(rows, links)
    return lines


def _without_start(rows: Sequence[Measured], links: Sequence[str], starts: Starts) -> list[str]:
    ratios: list[float] = []
    for link in links:
        pairs = zip(_of(rows, link, "ours"), _of(rows, link, "speedtest-cli"), strict=False)
        of_pairs = [(b.cpu_s - starts.theirs) / (a.cpu_s - starts.ours) for a, b in pairs]
        ratios += [median(of_pairs)] if of_pairs else []
    spread = Spread.of(ratios)
    if spread is None:
        return []
    started = f"ours {starts.ours:.2f} CPU-seconds, speedtest-cli's {starts.theirs:.2f}"
    return [f"- times less CPU without the start of either ({started}), median: {spread}"]


def _medians(rows: Sequence[Measured], links: Sequence[str]) -> list[str]:
    found: list[str] = []
    figures: list[tuple[str, Callable[[Measured], float]]] = [
        ("times faster", lambda m: m.wall_s),
        ("times fewer bytes", lambda m: m.moved_bytes),
        ("times less CPU", lambda m: m.cpu_s),
        ("times less memory", lambda m: m.peak_bytes),
    ]
    for name, figure in figures:
        ratios = [
            ratio.middle
            for link in links
            if (ratio := _ratio(_of(rows, link, "ours"), _of(rows, link, "speedtest-cli"), figure))
        ]
        if spread := Spread.of(ratios):
            found.append(f"- {name}, median of each link: {spread}")
    return found


def _at(ranked: Sequence[float], share: float) -> str:
    return f"{ranked[min(len(ranked) - 1, int(share * len(ranked)))] * 100:.2f} %"

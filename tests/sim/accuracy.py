"""`lab accuracy`: docs/accuracy.md and docs/accuracy.html from campaigns that were played."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from html import escape
from pathlib import Path
from statistics import median

import msgspec

from tests.sim.calibration import Calibration, calibration, statements
from tests.sim.calm import TOLERATED
from tests.sim.campaign import Played
from tests.sim.complaint import LabError
from tests.sim.matrix import by_cause, report, shares, short
from tests.sim.score import Case

_GOALS = (
    ("right segment", "98 %"),
    ("right cause first", "95 %"),
    ("a right cause in the first three", "99 %"),
    ("both faults of a pair named", "85 %"),
    ("healthy or near-miss homes blamed for anything", "0"),
    ("home blamed for the provider, or the reverse", "0.5 %"),
    ("expected calibration error", "0.05"),
)


def write(files: Sequence[Path], scenarios: Sequence[Path], folder: Path, how: str) -> None:
    """Both pages into `folder`; `how` says how the figures were made. LabError: unreadable.

    `files` are campaigns, `scenarios` scores of the lab's own scenarios.
    """
    folder.mkdir(parents=True, exist_ok=True)
    played = [one for file in files for one in _read(file)]
    if not played:
        raise LabError("These files hold no case.")
    cases = [one.case for one in played]
    scored = [case for file in scenarios for case in _scored(file)]
    (folder / "accuracy.md").write_text(_markdown(played, cases, scored, how), encoding="utf-8")
    (folder / "accuracy.html").write_text(_page(cases, how), encoding="utf-8")


def _read(file: Path) -> list[Played]:
    try:
        return msgspec.json.decode(file.read_bytes(), type=list[Played])
    except (OSError, msgspec.MsgspecError) as fault:
        raise LabError(f"{file} holds no campaign: {fault}") from fault


def _scored(file: Path) -> list[Case]:
    try:
        return msgspec.json.decode(file.read_bytes(), type=list[Case])
    except (OSError, msgspec.MsgspecError) as fault:
        raise LabError(f"{file} holds no score: {fault}") from fault


def _figures(cases: Sequence[Case]) -> tuple[str, ...]:
    found, calibrated = shares(list(cases)), calibration(statements(cases))
    wrong = len(found.wrong_side) / max(found.faults, 1)
    return (
        f"{found.right_segment:.1%}",
        f"{found.right_cause:.1%}",
        f"{found.in_three:.1%}",
        f"{found.both_of_pair:.1%} of {found.pairs}",
        f"{len(found.false_alarms)} of {found.healthy}",
        f"{wrong:.1%} ({len(found.wrong_side)} of {found.faults})",
        f"{calibrated.error:.3f}",
    )


def _rows(cases: Sequence[Case]) -> Iterable[tuple[str, str, str]]:
    for (what, goal), measured in zip(_GOALS, _figures(cases), strict=True):
        yield what, goal, measured


def _usual(cases: Sequence[Case]) -> str:
    documents = [case.document for case in cases if case.document is not None]
    times = [one.duration_s for one in documents if one.duration_s is not None]
    moved = [
        (one.bytes_sent + one.bytes_received) / 1e6
        for one in documents
        if one.bytes_sent is not None and one.bytes_received is not None
    ]
    return f"Median of all checks: {median(times or [0]):.1f} s, {median(moved or [0]):.1f} MB."


def _markdown(
    played: Sequence[Played], cases: Sequence[Case], scored: Sequence[Case], how: str
) -> str:
    calibrated = calibration(statements(cases))
    lines = [
        "# Accuracy",
        "",
        "How often the verdict is right, measured in the [fault lab](lab.md) on homes drawn at",
        "random within the ranges of the field: each row at the end is one home, built anew, in",
        "which the whole `firsthop check` ran as a subscriber would run it, and was judged by what",
        "was really wrong there. The same as a page with pictures: [accuracy.html](accuracy.html);",
        "the written scenarios of the lab, one by one: [scenarios](accuracy-scenarios.md).",
        "",
        how,
        "",
        "| promise | goal | measured |",
        "|---|---|---|",
        *(f"| {what} | {goal} | {measured} |" for what, goal, measured in _rows(cases)),
        "",
        f"{_usual(cases)} Brier score of {calibrated.count} statements: {calibrated.brier:.3f}.",
        *_starved(played),
        "",
        "## Probabilities",
        "",
        "Each cause that a verdict told or considered is one statement. One that a home's file",
        "accepts beside the true one, because it follows from it, counts neither way.",
        "",
        "| told | statements | mean told | true |",
        "|---|---|---|---|",
        *_reliability(calibrated),
        "",
        "## What this does not show",
        "- All figures come from simulated lines. No real line has been measured.",
        "- Drawn WiFi is played by loss, delay and speed; facts of the radio come in below.",
        "- A figure is measured once with one program; chance alone moves shares of some hundred",
        "  cases by one or two of a hundred.",
        "",
        *_on_scenarios(scored),
        "## The score",
        "",
        report(list(cases)),
    ]
    return "\n".join(lines)


def _on_scenarios(scored: Sequence[Case]) -> list[str]:
    radio = [case for case in scored if case.name.startswith("wifi/")]
    wired = [case for case in scored if case not in radio]
    found: list[str] = []
    if wired:
        found += [
            "## On the lab's own scenarios",
            "",
            "Written and drawn homes that are kept as files and were known while the program was",
            "made; each of them and how it was measured: [scenarios](accuracy-scenarios.md).",
            "",
            short(wired),
            "",
        ]
    if radio:
        found += [
            "## On homes with radios",
            "",
            "Played in the guest, with real nl80211, hostapd and wpa_supplicant over a simulated",
            "medium ([lab](lab.md)); known while the program was made. How they were measured:",
            "[WiFi](wifi-advice.md).",
            "",
            by_cause(radio),
            "",
        ]
    return found


def _starved(played: Sequence[Played]) -> list[str]:
    again = sum(one.tries > 1 for one in played)
    still = [one for one in played if one.starved > TOLERATED]
    if not again:
        return []
    return [
        f"{again} cases were played more than once because other work on the machine held the lab",
        f"up; in {len(still)} it did so to the end, and what came of the calmest try counts.",
    ]


def _reliability(calibrated: Calibration) -> list[str]:
    return [
        f"| {number * 10} to {number * 10 + 10} % | {one.count} | {one.told:.0%} | {one.true:.0%} |"
        for number, one in enumerate(calibrated.bins)
        if one.count
    ]


# ---- the page

_STYLE = """
body{font:16px/1.5 system-ui,sans-serif;max-width:70rem;margin:2rem auto;padding:0 1rem;
color:#1b2430;background:#fff}
table{border-collapse:collapse;margin:1rem 0}td,th{border:1px solid #c8d0da;padding:.25rem .5rem;
text-align:left}td.n{text-align:right}td.hit{background:#d8f0de}td.miss{background:#fbdcd6}
svg{max-width:30rem;width:100%;height:auto;overflow:visible}h1,h2{line-height:1.2}
@media(prefers-color-scheme:dark){body{color:#e6ebf2;background:#151b23}td,th{border-color:#465264}
td.hit{background:#1f4a2c}td.miss{background:#5c2a22}}
"""


def _page(cases: Sequence[Case], how: str) -> str:
    calibrated = calibration(statements(cases))
    parts = [
        "<!doctype html><html lang='en'><meta charset='utf-8'>",
        "<meta name='viewport' content='width=device-width,initial-scale=1'>",
        f"<title>Accuracy of the verdict</title><style>{_STYLE}</style>",
        f"<h1>Accuracy of the verdict</h1><p>{escape(how)}</p>",
        "<table><tr><th>promise<th>goal<th>measured",
        *(f"<tr><td>{w}<td>{g}<td>{m}" for w, g, m in _rows(cases)),
        f"</table><p>{escape(_usual(cases))}</p>",
        "<h2>Do probabilities mean what they say?</h2>",
        f"<p>{calibrated.count} statements; expected calibration error {calibrated.error:.3f}, ",
        f"Brier score {calibrated.brier:.3f}. On the line, what was told came true as often.</p>",
        _diagram(calibrated),
        "<h2>Confusion matrix of causes</h2>",
        "<p>Truth down, first cause of the verdict across; only what occurred is shown.</p>",
        _matrix(cases),
        "<h2>Each cause</h2>",
        _causes(cases),
        "</html>",
    ]
    return "\n".join(parts) + "\n"


_SIZE, _EDGE = 300, 40


def _diagram(calibrated: Calibration) -> str:
    """Reliability: told across, true up; the dot's area is the number of statements."""

    def at(told: float, true: float) -> tuple[float, float]:
        return _EDGE + told * _SIZE, 10 + (1 - true) * _SIZE

    full, low = _EDGE + _SIZE, 10 + _SIZE
    marks = [
        f"<path d='M{_EDGE} {low}L{full} 10' stroke='#8a97a8' stroke-dasharray='4 4'/>",
        f"<rect x='{_EDGE}' y='10' width='{_SIZE}' height='{_SIZE}' fill='none' stroke='#8a97a8'/>",
    ]
    most = max((one.count for one in calibrated.bins), default=1) or 1
    for one in calibrated.bins:
        if not one.count:
            continue
        x, y = at(one.told, one.true)
        radius = 3 + 11 * (one.count / most) ** 0.5
        title = f"{one.count} statements: told {one.told:.0%}, true {one.true:.0%}"
        marks.append(
            f"<circle cx='{x:.1f}' cy='{y:.1f}' r='{radius:.1f}' fill='#2a6fb0' "
            f"fill-opacity='.7'><title>{title}</title></circle>"
        )
    for share in (0, 0.5, 1):
        x, y = at(share, share)
        marks.append(
            f"<text x='{x:.0f}' y='{low + 18}' text-anchor='middle' fill='currentColor' "
            f"font-size='12'>{share:.0%}</text>"
        )
        marks.append(
            f"<text x='{_EDGE - 6}' y='{y + 4:.0f}' text-anchor='end' fill='currentColor' "
            f"font-size='12'>{share:.0%}</text>"
        )
    label = "Reliability diagram: told probability across, share that was true up"
    return (
        f"<svg viewBox='0 0 {full + 15} {low + 40}' role='img' aria-label='{label}'>"
        + "".join(marks)
        + f"<text x='{_EDGE + _SIZE / 2:.0f}' y='{low + 36}' text-anchor='middle' "
        "fill='currentColor' font-size='12'>told</text></svg>"
    )


def _truth(case: Case) -> str:
    return " + ".join(case.causes) or "healthy"


def _matrix(cases: Sequence[Case]) -> str:
    counted = Counter((_truth(case), case.first) for case in cases)
    fair = {(_truth(case), case.first) for case in cases if case.right_cause}
    truths = sorted({truth for truth, _ in counted})
    said = sorted({first for _, first in counted})
    head = "".join(f"<th>{escape(one)}" for one in said)
    rows = [f"<tr><th>truth{head}"]
    for truth in truths:
        cells = "".join(
            f"<td class='n {'hit' if (truth, one) in fair else 'miss'}'>{counted[truth, one]}"
            if counted[truth, one]
            else "<td>"
            for one in said
        )
        rows.append(f"<tr><th>{escape(truth)}{cells}")
    return "<div style='overflow-x:auto'><table>" + "\n".join(rows) + "</table></div>"


def _causes(cases: Sequence[Case]) -> str:
    rows = ["<table><tr><th>cause<th>cases with it<th>named<th>named where it was not"]
    every = sorted({cause for case in cases for cause in case.causes})
    for cause in every:
        having = [case for case in cases if cause in case.causes]
        named = sum(any(b.id == cause for b in case.asserted) for case in having)
        wrongly = sum(
            any(b.id == cause for b in case.asserted)
            for case in cases
            if cause not in (*case.causes, *case.also)
        )
        rows.append(
            f"<tr><td>{escape(cause)}<td class='n'>{len(having)}<td class='n'>{named}"
            f"<td class='n'>{wrongly}"
        )
    return "\n".join(rows) + "</table>"

"""`lab list`, `lab run`, `lab set`, `lab score`: the fault lab on the command line."""

from __future__ import annotations

import argparse
import fnmatch
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.sim import control
from tests.sim.accuracy import write
from tests.sim.campaign import Order, campaign
from tests.sim.complaint import LabError
from tests.sim.home import ROOT, Home
from tests.sim.matrix import report, shares
from tests.sim.scenario import Setting, air_names, load, names, setting
from tests.sim.score import Case, judge_all, save
from tests.sim.toolchain import kept_in_home
from tests.sim.wifi.machine import run_in_guest

LAB_FAILED = 125
_USAGE = 2


class _Words(argparse.Namespace):
    """What the command line said."""

    what: str = ""
    scenario: str = ""
    home: str = ""
    change: list[str]
    seed: int = 1
    jobs: int = 2
    only: str = "*"
    only_cause: str = ""
    count: int = 20
    first: int = 0
    case: int = -1
    keep: Path | None = None
    files: list[Path]
    note: str = ""
    folder: Path
    json: Path | None = None
    scenarios: list[Path]
    markdown: Path | None = None


def main(argv: list[str]) -> int:
    """Run one `lab` command. Returns its exit status: 125 when the lab itself failed."""
    own, command = _split(argv)
    words = _parser().parse_args(own, namespace=_Words())
    try:
        return _do(words, command)
    except LabError as fault:
        sys.stderr.write(f"lab: {fault}\n")
        return LAB_FAILED
    except KeyboardInterrupt:
        sys.stderr.write("lab: stopped.\n")
        return 130


def _split(argv: list[str]) -> tuple[list[str], list[str]]:
    if "--" not in argv:
        return argv, []
    at = argv.index("--")
    return argv[:at], argv[at + 1 :]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="lab", description=__doc__)
    commands = parser.add_subparsers(dest="what", required=True)
    commands.add_parser("list", help="all scenarios with their truth")
    run = commands.add_parser("run", help="run a command in a home: run SCENARIO -- COMMAND")
    run.add_argument("scenario")
    run.add_argument("--set", dest="change", action="append", default=[], metavar="KEY=VALUE")
    run.add_argument("--seed", type=int, default=1)
    commands.add_parser("ps", help="the numbers of the homes that run")
    change = commands.add_parser("set", help="change a running home: set KEY=VALUE ...")
    change.add_argument("change", nargs="+", metavar="KEY=VALUE")
    repair = commands.add_parser("repair", help="put a running home right")
    for each in (change, repair):
        each.add_argument("--home", default="", metavar="NUMBER")
    score = commands.add_parser("score", help="compare the check's verdicts with the truth")
    score.add_argument("--jobs", type=int, default=2)
    score.add_argument("--seed", type=int, default=1)
    score.add_argument("--only", default="*", metavar="PATTERN")
    score.add_argument("--json", type=Path)
    score.add_argument("--markdown", type=Path)
    _add_campaign(commands.add_parser("campaign", help="as score, in homes drawn at random"))
    accuracy = commands.add_parser("accuracy", help="docs/accuracy.* from a campaign, played anew")
    kept = "campaigns that were kept with --json, instead of playing one"
    accuracy.add_argument("--from", dest="files", type=Path, nargs="+", default=[], help=kept)
    known = "scores that were kept with `lab score --json`, for the same page"
    accuracy.add_argument("--scenarios", type=Path, nargs="+", default=[], help=known)
    accuracy.add_argument("--seed", type=int, default=9000)
    accuracy.add_argument("--count", type=int, default=400)
    accuracy.add_argument("--jobs", type=int, default=2)
    accuracy.add_argument("--note", default="", help="a sentence on how it was measured")
    accuracy.add_argument("--folder", type=Path, default=ROOT / "docs")
    return parser


def _add_campaign(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--count", type=int, default=20)
    parser.add_argument(
        "--first", type=int, default=0, metavar="K", help="number of the first case"
    )
    parser.add_argument("--case", type=int, default=-1, metavar="K", help="this case alone")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--only", dest="only_cause", default="", metavar="CAUSE",
                        help="a cause, or healthy, near-miss, single, pair, triple")  # fmt: skip
    parser.add_argument("--json", type=Path)
    parser.add_argument("--markdown", type=Path)
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="every whole Run goes there")


def _do(words: _Words, command: list[str]) -> int:
    if words.what == "run":
        return _run(words, command)
    if words.what == "score":
        return _score(words)
    if words.what == "campaign":
        return campaign(_order(words))
    if words.what == "accuracy":
        return _accuracy(words)
    if words.what == "set":
        control.wish(words.home, dict(setting(text) for text in words.change))
    elif words.what == "repair":
        control.wish(words.home, {})
    else:
        lines = (
            control.running()
            if words.what == "ps"
            else [_line(n) for n in (*names(), *air_names())]
        )
        sys.stdout.write("".join(f"{line}\n" for line in lines))
    return 0


def _line(name: str) -> str:
    scenario = load(name)
    truth = " + ".join(scenario.truth.causes) or "healthy"
    return f"{name:32} {truth:32} {scenario.title}"


class _Stopped(Exception):  # noqa: N818 - a request, not an error
    """Somebody asked the lab to end."""


def _interrupt(_number: int, _frame: object) -> None:
    raise _Stopped


def _run(words: _Words, command: list[str]) -> int:
    if not command:
        sys.stderr.write("lab: no command: lab run SCENARIO -- COMMAND ...\n")
        return _USAGE
    changes: dict[str, Setting] = dict(setting(text) for text in words.change)
    scenario = load(words.scenario, changes)
    if scenario.air is not None:
        return run_in_guest(scenario, command, words.seed)
    # Ctrl-C is the command's to answer; the lab goes when the command has gone
    signal.signal(signal.SIGTERM, _interrupt)
    with Home.build(scenario, words.seed) as home, control.listening(home):
        environ = home.environ(_own_folders())
        process = subprocess.Popen(home.command(command, cwd=Path.cwd()), env=environ)
        return _wait(process)


def _own_folders() -> dict[str, str]:
    """What a check in a broken home finds must not stand among those of the real connection."""
    names = ("XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_CONFIG_HOME")
    return dict.fromkeys(names, str(kept_in_home()))


def _wait(process: subprocess.Popen[bytes]) -> int:
    while True:
        try:
            return process.wait()
        except KeyboardInterrupt:
            continue
        except _Stopped:
            process.send_signal(signal.SIGTERM)


_SCORE_HEAD = """Made by `./dev run lab score --markdown FILE`: the whole `firsthop check` in the
home of every scenario file, once each. Promised: right segment 95 %, right cause first 90 %, no
healthy home blamed, home and provider never mixed up. On drawn homes: [accuracy.md](accuracy.md).
"""


def _score(words: _Words) -> int:
    held = air_names() if words.only.startswith("wifi/") else names()
    chosen = fnmatch.filter(held, words.only)
    if not chosen:
        raise LabError(f"No scenario matches {words.only!r}.")
    cases = judge_all(chosen, words.jobs, words.seed, _tell)
    text = report(cases)
    sys.stdout.write(f"\n{text}")
    if words.json:
        save(cases, words.json)
    if words.markdown:
        head = f"# Accuracy on the lab's own scenarios\n\n{_SCORE_HEAD}\n"
        words.markdown.write_text(head + text, encoding="utf-8")
    return 0 if shares(cases).promised else 1


def _accuracy(words: _Words) -> int:
    """Play the campaign unless kept ones are given, and write both pages."""
    files, status = list(words.files), 0
    with tempfile.TemporaryDirectory(prefix="lab-") as own:
        if not files:
            files = [Path(own) / "campaign.json"]
            order = Order(seed=words.seed, count=words.count, jobs=words.jobs, json=files[0])
            status = campaign(order)
        write(
            files,
            words.scenarios,
            words.folder,
            f"Made by `./dev run lab accuracy`. {words.note}".strip(),
        )
    return status


def _order(words: _Words) -> Order:
    return Order(
        seed=words.seed,
        count=words.count,
        jobs=words.jobs,
        only=words.only_cause,
        case=words.case,
        first=words.first,
        json=words.json,
        markdown=words.markdown,
        keep=words.keep,
    )


def _tell(case: Case) -> None:
    mark = "right" if case.right_cause else "WRONG"
    said = ", ".join(blamed.id for blamed in case.asserted) or case.failure or case.first
    sys.stderr.write(f"{mark}  {case.name:32} {said}\n")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

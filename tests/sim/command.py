"""`lab list`, `lab run`, `lab score`: the fault lab on the command line."""

from __future__ import annotations

import argparse
import signal
import subprocess
import sys
from pathlib import Path

from tests.sim.complaint import LabError
from tests.sim.home import Home
from tests.sim.scenario import Setting, load, names, setting

LAB_FAILED = 125
_USAGE = 2


def main(argv: list[str]) -> int:
    """Run one `lab` command. Returns its exit status: 125 when the lab itself failed."""
    own, command = _split(argv)
    arguments = _parser().parse_args(own)
    try:
        if arguments.what == "list":
            return _list()
        return _run(str(arguments.scenario), list(arguments.set), int(arguments.seed), command)
    except LabError as fault:
        sys.stderr.write(f"lab: {fault}\n")
        return LAB_FAILED


def _split(argv: list[str]) -> tuple[list[str], list[str]]:
    if "--" not in argv:
        return argv, []
    at = argv.index("--")
    return argv[:at], argv[at + 1 :]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="lab", description=__doc__)
    commands = parser.add_subparsers(dest="what", required=True)
    commands.add_parser("list", help="all scenarios")
    run = commands.add_parser("run", help="run a command in the home: lab run SCENARIO -- CMD")
    run.add_argument("scenario")
    run.add_argument("--set", action="append", default=[], metavar="KEY=VALUE")
    run.add_argument("--seed", type=int, default=1)
    return parser


def _list() -> int:
    for name in names():
        scenario = load(name)
        truth = ", ".join(scenario.truth.causes) or "healthy"
        sys.stdout.write(f"{name:28} {truth:24} {scenario.title}\n")
    return 0


def _run(name: str, changes: list[str], seed: int, command: list[str]) -> int:
    if not command:
        sys.stderr.write("lab: no command: lab run SCENARIO -- COMMAND ...\n")
        return _USAGE
    settings: dict[str, Setting] = dict(setting(text) for text in changes)
    # Ctrl-C is the command's to answer; the lab goes when the command has gone
    signal.signal(signal.SIGTERM, _interrupt)
    with Home.build(load(name, settings), seed) as home:
        process = subprocess.Popen(home.command(command, cwd=Path.cwd()), env=home.environ())
        while True:
            try:
                return process.wait()
            except KeyboardInterrupt:
                continue
            except _Stopped:
                process.send_signal(signal.SIGTERM)


class _Stopped(Exception):  # noqa: N818 - a request, not an error
    """Somebody asked the lab to end."""


def _interrupt(_number: int, _frame: object) -> None:
    raise _Stopped


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""A subscriber who follows the guide as told, and only that, in a home of the lab.

Hands (`HANDS`) do what a step says, whatever is really wrong: a restart clears what restarts
clear, a cable pushed in is in. Eyes (`answer_to`) answer questions by what is there to be seen.
`python -m tests.process.robot [--depth quick|normal] [SCENARIO …]` plays sessions, prints a table.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from agent.ipc.messages import (
    AnswerQuestion,
    CheckAccepted,
    CheckEnded,
    CheckFailed,
    MeasureStep,
    RunIs,
    SkipStep,
    StartCheck,
    StepMeasured,
)
from diagnostics.course import PlannedStep, course_of
from diagnostics.explain.questions import open_questions
from diagnostics.guide_file import load_guides
from diagnostics.run import Depth, Run, StepOutcome
from diagnostics.sign import Source, State
from diagnostics.verdict import Status
from diagnostics.words import Words
from tests.process.agent_house import Line
from tests.sim.home import Home
from tests.sim.scenario import Scenario, Setting, changed, load

FIRSTHOP = [sys.executable, "-m", "agent.cli"]
#: the ten sessions of the issue, each with a fault that the subscriber can repair
SESSIONS = (
    "captive-portal",
    "device-address-wrong",
    "device-dns-setting-wrong",
    "device-gateway-wrong",
    "device-hosts-override",
    "device-link-down",
    "device-vpn-dead",
    "line-down",
    "router-dns-dead",
    "router-no-dhcp",
)
#: on a busy machine the agent takes its time
AGENT_S = 60.0
#: no session needs more; the robot gives up where a person would
MOST_STEPS = 8
EN = Words("en", isolates=False)

Settings = dict[str, Setting]


def _restarted(home: Scenario) -> Settings:
    """What a restart clears: a crashed router, its name service, its address service."""
    cleared: Settings = {"router.alive": True, "router.dhcp": True}
    if home.router.dns == "dead":
        cleared["router.dns"] = "works"
    return cleared


#: what the hands change at each step, by the step's id; a step that is not here changes nothing
HANDS: dict[str, Callable[[Scenario], Settings]] = {
    "automatic-dns": lambda _: {"computer.resolvers": []},
    "automatic-address": lambda _: {"computer.address": "", "computer.gateway": ""},
    "remove-line": lambda _: {"computer.hosts": []},
    "disconnect-vpn": lambda _: {"computer.vpn": "none"},
    "proxy-off": lambda _: {"computer.proxy": "none"},
    "open-login-page": lambda _: {"provider.portal": False},
    "restart-router": _restarted,
    "line-plug": lambda _: {"line.carrier": True},
    "line-plugs": lambda _: {"line.carrier": True},
    "push-cable": lambda _: {"hop.carrier": True},
    "swap-cable": lambda _: {"hop.speed_mbps": 1000, "hop.duplex": "full"},
    "pause-program": lambda _: {"computer.busy": "none"},
    "pause-others": lambda _: {"others.busy": "none"},
    "set-clock": lambda _: {"world.clock_offset_s": 0},
}

#: what the eyes see; a question that is not here is answered "I do not know"
EYES: dict[str, Callable[[Scenario], bool]] = {
    "asked-internet-light": lambda home: not home.line.carrier or home.line.down.cut,
    "asked-router-lights": lambda home: home.router.alive,
    "asked-cable-light": lambda home: home.hop.carrier,
    "asked-somebody-streams": lambda home: home.others.busy in {"upload", "download"},
    "asked-new-box": lambda home: home.router.behind_another,
}


@dataclass
class Session:
    """How it went. `asked_in_vain` are questions that a measurement had answered already."""

    scenario: str
    found: str = ""
    steps: list[str] = field(default_factory=list[str])
    questions: list[str] = field(default_factory=list[str])
    asked_in_vain: list[str] = field(default_factory=list[str])
    fixed: bool = False
    end: str = ""


@contextmanager
def agent_in(home: Home, folder: Path) -> Generator[Line]:
    (folder / "run").mkdir(mode=0o700)
    variables = [f"XDG_DATA_HOME={folder / 'data'}", f"XDG_RUNTIME_DIR={folder / 'run'}"]
    home.popen(["env", *variables, *FIRSTHOP, "agent", "run"])  # it dies with the home
    until = time.monotonic() + AGENT_S
    while not (found := list((folder / "run" / "firsthop").glob("agent*.sock"))):
        assert time.monotonic() < until, "the agent did not open its socket"
        time.sleep(0.1)
    (socket,) = found
    line = Line(socket)
    line.socket.settimeout(90)
    try:
        yield line
    finally:
        line.close()


class Robot:
    """Knows the guide's words and the home's looks; never the fault."""

    def __init__(self, home: Home, line: Line) -> None:
        self._home = home
        self._line = line
        self._scene = home.scenario

    def play(self, name: str, depth: Depth = Depth.QUICK) -> Session:
        session = Session(name)
        run = self.checked(depth)
        session.found = run.verdict.id
        while not session.end:
            run = self._answered(run, session)
            step = course_of(run, load_guides("en")).first
            if run.verdict.status is Status.HEALTHY:
                helped = bool(run.steps) and run.steps[-1].outcome is StepOutcome.HELPED
                session.fixed, session.end = helped, "proven fixed" if helped else "healthy"
            elif step is None or not step.own or len(session.steps) == MOST_STEPS:
                session.end = "handed to a person"
            else:
                run = self._did(run, step, session)
        return session

    def checked(self, depth: Depth) -> Run:
        assert isinstance(self._line.ask(StartCheck(depth=depth)), CheckAccepted)
        ended = self._line.until(lambda event: isinstance(event, CheckEnded | CheckFailed))
        assert isinstance(ended, CheckEnded), ended
        return ended.run

    def _answered(self, run: Run, session: Session) -> Run:
        """One question at a time, as long as there is one."""
        while questions := open_questions(run, EN):
            question = questions[0]
            session.questions.append(question.id)
            sign = next((one for one in run.signs if one.id == question.id), None)
            known = sign is not None and (
                sign.closed or sign.state is not State.UNKNOWN or sign.source is Source.ASKED
            )
            if known:
                session.asked_in_vain.append(question.id)
            see = EYES.get(question.id)
            said = "unknown" if see is None else "yes" if see(self._scene) else "no"
            body = AnswerQuestion(run_id=run.id, question=question.id, answer=said)
            answer = self._line.ask(body)
            assert isinstance(answer, RunIs), answer
            run = answer.run
        return run

    def _did(self, run: Run, planned: PlannedStep, session: Session) -> Run:
        step = planned.step
        session.steps.append(step.id)
        if act := HANDS.get(step.id):
            settings = act(self._scene)
            self._home.set(settings)
            self._scene = changed(self._scene, settings)
        place = {"guide": planned.guide.id, "step": step.id, "cause": planned.cause}
        if not step.probes:
            answer = self._line.ask(SkipStep(run_id=run.id, **place))
            assert isinstance(answer, RunIs), answer
            return answer.run
        assert isinstance(self._line.ask(MeasureStep(run_id=run.id, **place)), CheckAccepted)
        ended = self._line.until(lambda event: isinstance(event, StepMeasured | CheckFailed))
        assert isinstance(ended, StepMeasured), ended
        return ended.run


def played(name: str, folder: Path, depth: Depth = Depth.QUICK) -> Session:
    with Home.build(load(name)) as home, agent_in(home, folder) as line:
        return Robot(home, line).play(name, depth)


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(description="Guided sessions in the lab.")
    parser.add_argument("scenario", nargs="*", default=list(SESSIONS))
    parser.add_argument("--depth", type=Depth, default=Depth.QUICK)
    chosen = parser.parse_args(argv)
    rows: list[Session] = []
    for name in chosen.scenario:
        with tempfile.TemporaryDirectory() as folder:
            one = played(name, Path(folder), chosen.depth)
        rows.append(one)
        asked = ", ".join(one.questions) or "none"
        row = (name, one.found, asked, ", ".join(one.steps), one.end)
        sys.stdout.write(f"| {' | '.join(row)} |\n")
        sys.stdout.flush()
    fixed = [len(one.steps) for one in rows if one.fixed]
    median = statistics.median(fixed or [0])
    sys.stdout.write(f"{len(fixed)} of {len(rows)} proven fixed, median {median} steps\n")
    return 0 if len(fixed) == len(rows) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

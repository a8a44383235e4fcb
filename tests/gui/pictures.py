"""Make the pictures of the window: `python -m tests.gui.pictures OUT_DIR`.

The window is the real one, fed by the real messages over a real local socket; no screen is needed.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import msgspec
from PySide6.QtCore import QPoint, QSize, Qt
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QApplication

from agent.ipc.messages import (
    Delivery,
)
from diagnostics.run import Run, StepOutcome
from diagnostics.verdict import Segments, SegmentState
from diagnostics.words import Words
from gui.app import dress, speak
from gui.brand.look import Look
from gui.pages.page import Place
from tests.gui import sample_air
from tests.gui import sample_runs as sample
from tests.gui.pseudo import PseudoWords
from tests.gui.stage import Stage

DESKTOP, PHONE = QSize(1040, 760), QSize(360, 720)
POINTS = 10.0
LARGE = 20.0
Scene = Callable[[Stage], None]


class Studio:
    """Takes one picture a scene and appearance; each scene starts with a window of its own."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self._app = QApplication(["firsthop"])
        dress(self._app)
        self._app.setFont(self._app.font())
        self._look = Look(self._app)

    def take(
        self,
        name: str,
        scene: Scene,
        size: QSize = DESKTOP,
        *,
        dark: bool = False,
        mirrored: bool = False,
        points: float = POINTS,
        whole: bool = False,
    ) -> None:
        speak(self._app, PseudoWords() if mirrored else Words())
        self._look.set_system_size(points)
        self._look.force_dark(dark)
        with tempfile.TemporaryDirectory() as folder:
            stage = Stage(self._app, self._look, Path(folder))
            stage.window.resize(size)
            stage.window.setMinimumSize(size)
            scene(stage)
            stage.settle()
            if whole:
                _stretch(stage)
            self._save(stage, name)
            stage.close()

    def _save(self, stage: Stage, name: str) -> None:
        picture = QPixmap(stage.window.size())
        picture.fill(Qt.GlobalColor.transparent)
        stage.window.render(picture, QPoint())
        path = self._folder / f"{name}.png"
        picture.save(str(path))
        sys.stdout.write(f"{path}\n")


def _stretch(stage: Stage) -> None:
    """Make the window as tall as its page, so that nothing is below the fold."""
    page = stage.window.pages[stage.window.place]
    hidden = page.verticalScrollBar().maximum()
    if hidden > 0:
        stage.window.resize(stage.window.width(), stage.window.height() + hidden)
        stage.settle()


# -- scenes ---------------------------------------------------------------------------------


def first_start(stage: Stage) -> None:
    stage.open()


def running(stage: Stage) -> None:
    stage.open()
    run = sample.busy_line()
    stage.far_end.begin(run.id)
    ok = SegmentState.OK
    stage.far_end.progress(run.id, "throughput", 0.55, 8.0)
    segments = Segments(device=ok, lan=SegmentState.WARN, router=ok)
    stage.far_end.verdict(run, msgspec.structs.replace(run.verdict, segments=segments))
    stage.until(lambda: stage.case.check is not None and bool(stage.case.check.readings))
    stage.settle()


def result_of(run: Run) -> Scene:
    def scene(stage: Stage) -> None:
        stage.far_end.add(run)
        stage.open()
        stage.go(Place.RESULT)

    return scene


def air_of(run: Run) -> Scene:
    def scene(stage: Stage) -> None:
        stage.far_end.add(run)
        stage.open()
        stage.go(Place.AIR)

    return scene


def home_after(stage: Stage) -> None:
    stage.far_end.add(sample.line_down())
    stage.open()


def proof(stage: Stage) -> None:
    result_of(sample.busy_line())(stage)
    stage.result.why.button.click()


def detailed(run: Run) -> Scene:
    def scene(stage: Stage) -> None:
        result_of(run)(stage)
        stage.result.switch.detailed.click()

    return scene


def guide(stage: Stage) -> None:
    stage.far_end.add(sample.dns_wrong())
    stage.open()
    stage.go(Place.GUIDE)


def step_measured(outcome: StepOutcome) -> Scene:
    def scene(stage: Stage) -> None:
        guide(stage)
        stage.guide.done.click()
        stage.until(lambda: stage.case.check is not None)
        stage.far_end.end_step(outcome)
        stage.until(lambda: stage.case.check is None)

    return scene


def step_measuring(stage: Stage) -> None:
    guide(stage)
    stage.guide.done.click()
    stage.until(lambda: stage.case.check is not None)
    stage.far_end.begin("new", "automatic-dns", 6.0)
    stage.far_end.progress("new", "names", 0.4, 2.0)
    stage.until(lambda: stage.case.check is not None and stage.case.check.fraction > 0)
    stage.settle()


def get_help(stage: Stage) -> None:
    stage.far_end.add(sample.line_down())
    stage.open()
    stage.go(Place.HELP)


def preview(stage: Stage) -> None:
    get_help(stage)
    stage.help.show_it.click()
    stage.until(lambda: stage.case.preview is not None)


def tickets(*states: Delivery) -> Scene:
    def scene(stage: Stage) -> None:
        stage.far_end.add(sample.line_down())
        stage.far_end.tickets = tuple(
            sample.ticket(state, f"bundle-{at}") for at, state in enumerate(states)
        )
        stage.open()
        stage.go(Place.HELP)

    return scene


def history(stage: Stage) -> None:
    stage.far_end.add(sample.healthy())
    stage.far_end.summaries = sample.history(30)
    stage.far_end.runs["run-0"] = sample.healthy()
    stage.open()
    stage.go(Place.HISTORY)


def agent_lost(stage: Stage) -> None:
    home_after(stage)
    stage.far_end.die()
    stage.until(stage.window.banner.isVisible)
    stage.settle()


def nothing_yet(stage: Stage) -> None:
    stage.open()
    stage.go(Place.RESULT)


SCENES: dict[str, Scene] = {
    "home": first_start,
    "home-running": running,
    "home-after": home_after,
    "home-agent-lost": agent_lost,
    "result-healthy": result_of(sample.healthy()),
    "result-home-fault": result_of(sample.dns_wrong()),
    "result-provider-fault": result_of(sample.line_down()),
    "result-two-causes": result_of(sample.busy_line()),
    "result-cannot-tell": result_of(sample.cannot_tell()),
    "result-cut-short": result_of(sample.cut_short()),
    "result-none": nothing_yet,
    "result-proof": proof,
    "result-detailed": detailed(sample.busy_line()),
    "result-detailed-healthy": detailed(sample.healthy()),
    "guide": guide,
    "guide-measuring": step_measuring,
    "guide-helped": step_measured(StepOutcome.HELPED),
    "guide-no-change": step_measured(StepOutcome.NO_CHANGE),
    "help": get_help,
    "help-preview": preview,
    "help-waiting": tickets(Delivery.WAITING),
    "help-answered": tickets(Delivery.ANSWERED, Delivery.REFUSED),
    "history": history,
    "wifi-crowded": air_of(sample_air.crowded()),
    "wifi-weak": air_of(sample_air.weak()),
    "wifi-walked": air_of(sample_air.walked()),
    "wifi-denied": air_of(sample_air.denied()),
    "wifi-withheld": air_of(sample_air.withheld()),
    "wifi-none": air_of(sample_air.no_adapter()),
}
EVERYWHERE = (
    "home-running",
    "result-provider-fault",
    "result-detailed",
    "guide-helped",
    "help-preview",
    "help-answered",
    "history",
    "wifi-crowded",
    "wifi-walked",
)


def main(argv: list[str]) -> int:
    if len(argv) != 1:
        sys.stderr.write("usage: python -m tests.gui.pictures OUT_DIR\n")
        return 2
    studio = Studio(Path(argv[0]))
    for name, scene in SCENES.items():
        studio.take(name, scene, whole=True)
    for name in EVERYWHERE:
        studio.take(f"{name}-dark", SCENES[name], dark=True, whole=True)
        studio.take(f"{name}-mirrored", SCENES[name], mirrored=True, whole=True)
        studio.take(f"{name}-large", SCENES[name], points=LARGE, whole=True)
        studio.take(f"{name}-phone", SCENES[name], PHONE, whole=True)
    return 0


if __name__ == "__main__":
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    sys.exit(main(sys.argv[1:]))

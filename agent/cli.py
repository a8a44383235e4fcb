"""The command `firsthop`. Each command's work stands in agent.commands and loads when called."""

# ruff: noqa: PLC0415 - `firsthop --help` must not wait for the window, the desk and the probes

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import click
from click.core import ParameterSource

from agent import outputs
from agent.exits import CommandError, Exit, UsageError

#: also in agent.settings, which loads too much for --help
PROVIDER_VARIABLE = "FIRSTHOP_PROVIDER"
_FILE = click.Path(path_type=Path)
_provider = click.option(
    "--provider",
    type=_FILE,
    envvar=PROVIDER_VARIABLE,
    show_envvar=True,
    metavar="FILE",
    help="The internet provider's profile (TOML).",
)
_complaint = click.option(
    "--complaint", default="", metavar="TEXT", help="What is wrong, in your own words."
)
#: Which check; the newest if not said.
_run_id = click.argument("run", default="", metavar="[RUN]")


class _InOrder(click.Group):
    """Lists its commands as they stand here, the most wanted first."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        del ctx
        return list(self.commands)


@click.group(
    name="firsthop",
    cls=_InOrder,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)
@_provider
@click.option("--version", is_flag=True, help="Say the version and end.")
@click.pass_context
def app(context: click.Context, provider: Path | None, version: bool) -> int:
    """Finds out why the internet is bad here, says it in plain words and proves the fix."""
    if context.invoked_subcommand is not None:
        _hold_for_command(context, provider)
        return Exit.HEALTHY
    if version:
        from diagnostics.version import VERSION

        click.echo(f"firsthop {VERSION}")
        return Exit.HEALTHY
    from agent.display import why_no_window

    reason = why_no_window()
    if not reason:
        return _open_window(provider)
    click.echo(f"{reason} The same check runs here in the terminal.", err=True)
    from agent.commands.check import Wish, check_now

    return check_now(Wish(provider=provider))


def _hold_for_command(context: click.Context, provider: Path | None) -> None:
    """`firsthop --provider X COMMAND`: X is what the command finds unless it names its own."""
    if provider is None:
        return
    before = os.environ.get(PROVIDER_VARIABLE)
    os.environ[PROVIDER_VARIABLE] = str(provider.absolute())

    def back() -> None:
        if before is None:
            del os.environ[PROVIDER_VARIABLE]
        else:
            os.environ[PROVIDER_VARIABLE] = before

    context.call_on_close(back)


def _open_window(provider: Path | None) -> int:
    from agent.settings import chosen_profile

    chosen_profile(provider)  # a wrong profile is said here: the window's agent is heard by nobody
    from gui.app import main as open_window

    return open_window([] if provider is None else ["--provider", str(provider)])


@app.command()
@click.option("--quick", is_flag=True, help="Put no load on the line.")
@click.option("--full", is_flag=True, help="Watch longer and measure more.")
@_provider
@_complaint
@click.option(
    "--json",
    "json_file",
    default="",
    metavar="FILE|-",
    help="Write the Run document; - prints it.",
)
@click.option("--report", type=_FILE, metavar="FILE.html", help="Write the report.")
@click.option(
    "--detailed",
    "--detail",
    "detail",
    is_flag=True,
    help="The same verdict with causes weighed, signs, figures, and what would change it.",
)
@click.option("--ask/--no-ask", default=True, help="Ask what only you can see (in a terminal).")
def check(  # noqa: PLR0913, PLR0917 - one option each
    quick: bool,
    full: bool,
    provider: Path | None,
    complaint: str,
    json_file: str,
    report: Path | None,
    detail: bool,
    ask: bool,
) -> int:
    """Check the internet connection and say what is wrong."""
    from agent.garbage import look_seldom

    look_seldom()
    from agent.commands.check import Wish, check_now

    if quick and full:
        raise UsageError("Choose --quick or --full, not both.")
    return check_now(
        Wish(
            quick=quick,
            full=full,
            provider=provider,
            complaint=complaint,
            json_file=json_file,
            report=report,
            detail=detail,
            ask=ask,
        )
    )


@app.command()
@click.argument("question")
@click.argument("said", metavar="yes|no|unknown")
@_run_id
def answer(question: str, said: str, run: str) -> int:
    """Answer a question of a check; the verdict is drawn anew, nothing is measured."""
    from agent.commands.answer import answer_question

    return answer_question(question, said, run)


@app.command()
@click.argument("cause")
def guide(cause: str) -> int:
    """Say step by step what to do about a CAUSE such as router-dns-dead."""
    from agent.commands.guide import show_guide

    return show_guide(cause)


@app.command()
@click.option("-o", "--output", type=_FILE, required=True, metavar="FILE", help="The zip file.")
@_run_id
@_provider
@_complaint
def bundle(output: Path, run: str, provider: Path | None, complaint: str) -> int:
    """Write the file that a support desk can read, made safe to send; sends nothing."""
    from agent.commands.bundle import write_bundle

    return write_bundle(run, output, provider, complaint)


@app.command()
@_run_id
@_provider
@_complaint
@click.option("--yes", is_flag=True, help="Agree without being asked.")
def send(run: str, provider: Path | None, complaint: str, yes: bool) -> int:
    """Show what would be sent, ask, and send it to the provider's support desk."""
    from agent.commands.send import send_run

    return send_run(run, provider, complaint, agreed=yes)


@app.command()
def status() -> int:
    """Say what the agent does, and the state of each ticket."""
    from agent.commands.status import show_status

    return show_status()


@app.group(name="wifi", cls=_InOrder, no_args_is_help=False)
def wifi_app() -> None:
    """The air, the better channel, a walk through the rooms; what a file shows of WiFi."""


@wifi_app.command("read")
@click.argument("file", type=_FILE)
@click.option("--json", "as_json", is_flag=True, help="Print JSON and nothing else.")
def wifi_read(file: Path, as_json: bool) -> int:
    """Networks, links and channels in FILE: a packet capture, or what a WiFi tool printed."""
    from agent.commands.wifi import read_file

    return read_file(file, as_json=as_json)


@wifi_app.command("show")
@_run_id
def wifi_show(run: str) -> int:
    """Say which channel is better, if any, and what the system does not tell."""
    from agent.commands.wifi_walk import show_air

    return show_air(run)


@wifi_app.command("walk")
@_run_id
@_provider
def wifi_walk(run: str, provider: Path | None) -> int:
    """Measure at each named place: best place for this computer, the router, a repeater."""
    from agent.commands.wifi_walk import walk

    return walk(run, provider)


@app.group(name="agent", cls=_InOrder, no_args_is_help=False)
def agent_app() -> None:
    """The resident process: checks, history and tickets."""


@agent_app.command("run")
@_provider
def agent_run(provider: Path | None) -> int:
    """Be the agent, in the foreground."""
    from agent.commands.resident import run_agent

    return run_agent(provider)


@agent_app.command("start")
@_provider
def agent_start(provider: Path | None) -> int:
    """Start the agent in the background, unless it runs already."""
    from agent.commands.resident import start_agent

    return start_agent(provider)


@agent_app.command("stop")
def agent_stop() -> int:
    """End the agent. What it keeps stays kept."""
    from agent.commands.resident import stop_agent

    return stop_agent()


@agent_app.command("status")
def agent_status() -> int:
    """Say whether the agent runs. Exit status 0 when it does, 4 when not."""
    from agent.commands.resident import show_agent

    return show_agent()


@app.command()
@_provider
def demo(provider: Path | None) -> int:
    """Start a desk on this computer and the app connected to it, to see both ends."""
    from agent.commands.demo import show_both

    return show_both(provider)


#: what another command of ours reads by itself, its --help too
_PASSED_ON: dict[str, object] = {
    "ignore_unknown_options": True,
    "allow_interspersed_args": False,
    "help_option_names": [],
}
_arguments = click.argument("arguments", nargs=-1, type=click.UNPROCESSED, metavar="...")


@app.command(context_settings=_PASSED_ON)
@_arguments
def desk(arguments: tuple[str, ...]) -> int:
    """Run the provider's support desk: [--database URL] [--files URL] and more."""
    from desk.command import main as run_desk

    return run_desk([*_named_before(), *arguments])


def _named_before() -> list[str]:
    """`firsthop --provider X desk`; the variable is the app's alone."""
    root = click.get_current_context().find_root()
    if root.get_parameter_source("provider") is not ParameterSource.COMMANDLINE:
        return []
    return ["--provider", str(root.params["provider"])]


@app.command(context_settings=_PASSED_ON)
@_arguments
def lab(arguments: tuple[str, ...]) -> int:
    """For developers: homes with faults to try Firsthop on (needs the source tree)."""
    from agent.commands.lab import run_lab

    return run_lab(list(arguments))


def main(argv: Sequence[str] | None = None) -> int:
    """The process's exit status. Whatever happens, a person reads sentences, no traceback."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    if child := _child_wanted(arguments):
        return child()
    outputs.open_closed()
    try:
        return outputs.flushed(_carried_out(arguments))
    except (click.Abort, KeyboardInterrupt):
        return _ended("Stopped.", Exit.COULD_NOT_RUN)
    except BrokenPipeError:  # the reader of a pipe went away: nobody is left to tell
        outputs.drop()
        return Exit.COULD_NOT_RUN
    except outputs.UnwritableError as error:
        outputs.drop()
        return _ended(f"The answer could not be written: {error}.", Exit.COULD_NOT_RUN)
    except Exception as error:  # noqa: BLE001 - the last guard before the person
        from agent.crash_note import leave_note

        return _ended(leave_note(error), Exit.COULD_NOT_RUN)


def _carried_out(arguments: list[str]) -> int:
    try:
        ended: object = app.main(args=arguments, prog_name="firsthop", standalone_mode=False)
    except click.exceptions.Exit as ending:
        return ending.exit_code
    except OSError as error:
        raise outputs.judged(error) from error
    except click.ClickException as error:
        wrong = error.exit_code == Exit.WRONG_USAGE
        said = error.format_message().strip()
        stop = "" if said.endswith((".", "?", "!")) else "."
        sentence = f"{said}{stop} See: firsthop --help"
        return _ended(sentence, Exit.WRONG_USAGE if wrong else Exit.COULD_NOT_RUN)
    except CommandError as error:
        return _ended(str(error), error.status)
    return int(ended) if isinstance(ended, int) else Exit.HEALTHY


def _ended(sentence: str, status: int) -> int:
    click.echo(f"firsthop: {sentence}", err=True)
    return status


def _child_wanted(arguments: list[str]) -> Callable[[], int] | None:
    """A frozen app has no `python -m`: its children are itself with a first word of their own."""
    if arguments[:1] != ["--child"]:
        return None
    from agent.child import child_main

    return child_main(arguments[1])


if __name__ == "__main__":
    sys.exit(main())

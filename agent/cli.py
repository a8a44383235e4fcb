"""The command `firsthop`. Each command's work stands in agent.commands and loads when called."""

# ruff: noqa: PLC0415 - `firsthop --help` must not wait for the window, the desk and the probes

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated

import typer

from agent.exits import CommandError, Exit, UsageError

app = typer.Typer(
    name="firsthop",
    help="Finds out why the internet is bad here, says it in plain words and proves the fix.",
    no_args_is_help=False,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)

Provider = Annotated[
    Path | None,
    typer.Option(
        "--provider",
        envvar="FIRSTHOP_PROVIDER",
        metavar="FILE",
        help="The internet provider's profile (TOML).",
    ),
]
Complaint = Annotated[
    str, typer.Option("--complaint", metavar="TEXT", help="What is wrong, in your own words.")
]
RunId = Annotated[str, typer.Argument(metavar="[RUN]", help="Which check; the newest if not said.")]


@app.callback(invoke_without_command=True)
def window(
    context: typer.Context,
    provider: Provider = None,
    version: Annotated[bool, typer.Option("--version", help="Say the version and end.")] = False,
) -> int:
    """Without a command: open the window; without a display, check in the terminal."""
    if context.invoked_subcommand is not None:
        return Exit.HEALTHY
    if version:
        from diagnostics.version import VERSION

        typer.echo(f"firsthop {VERSION}")
        return Exit.HEALTHY
    from agent.display import why_no_window

    reason = why_no_window()
    if not reason:
        return _open_window(provider)
    typer.echo(f"{reason} The same check runs here in the terminal.", err=True)
    from agent.commands.check import Wish, check_now

    return check_now(Wish(provider=provider))


def _open_window(provider: Path | None) -> int:
    from gui.app import main as open_window

    return open_window([] if provider is None else ["--provider", str(provider)])


@app.command()
def check(
    quick: Annotated[bool, typer.Option("--quick", help="Put no load on the line.")] = False,
    full: Annotated[bool, typer.Option("--full", help="Watch longer and measure more.")] = False,
    provider: Provider = None,
    complaint: Complaint = "",
    json_file: Annotated[
        str, typer.Option("--json", metavar="FILE|-", help="Write the Run document; - prints it.")
    ] = "",
    report: Annotated[
        Path | None, typer.Option("--report", metavar="FILE.html", help="Write the report.")
    ] = None,
) -> int:
    """Check the internet connection and say what is wrong."""
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
        )
    )


@app.command()
def guide(
    cause: Annotated[str, typer.Argument(metavar="CAUSE", help="Such as router-dns-dead.")],
) -> int:
    """Say step by step what to do about a cause."""
    from agent.commands.guide import show_guide

    return show_guide(cause)


@app.command()
def bundle(
    output: Annotated[Path, typer.Option("-o", "--output", metavar="FILE", help="The zip file.")],
    run: RunId = "",
    provider: Provider = None,
    complaint: Complaint = "",
) -> int:
    """Write the file that a support desk can read, made safe to send; sends nothing."""
    from agent.commands.bundle import write_bundle

    return write_bundle(run, output, provider, complaint)


@app.command()
def send(
    run: RunId = "",
    provider: Provider = None,
    complaint: Complaint = "",
    yes: Annotated[bool, typer.Option("--yes", help="Agree without being asked.")] = False,
) -> int:
    """Show what would be sent, ask, and send it to the provider's support desk."""
    from agent.commands.send import send_run

    return send_run(run, provider, complaint, agreed=yes)


@app.command()
def status() -> int:
    """Say what the agent does, and the state of each ticket."""
    from agent.commands.status import show_status

    return show_status()


agent_app = typer.Typer(
    help="The resident process: checks, history and tickets.",
    rich_markup_mode=None,
    no_args_is_help=False,
)
app.add_typer(agent_app, name="agent")


@agent_app.command("run")
def agent_run(provider: Provider = None) -> int:
    """Be the agent, in the foreground."""
    from agent.commands.resident import run_agent

    return run_agent(provider)


@agent_app.command("start")
def agent_start(provider: Provider = None) -> int:
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
def demo(provider: Provider = None) -> int:
    """Start a desk on this computer and the app connected to it, to see both ends."""
    from agent.commands.demo import show_both

    return show_both(provider)


PASSED_ON = {"ignore_unknown_options": True, "allow_interspersed_args": False}


@app.command(context_settings={**PASSED_ON, "help_option_names": []})
def desk(arguments: Annotated[list[str] | None, typer.Argument(metavar="...")] = None) -> int:
    """Run the provider's support desk: [--database URL] [--files URL] and more."""
    from desk.command import main as run_desk

    return run_desk(arguments or [])


@app.command(context_settings={**PASSED_ON, "help_option_names": []})
def lab(arguments: Annotated[list[str] | None, typer.Argument(metavar="...")] = None) -> int:
    """For developers: homes with faults to try Firsthop on (needs the source tree)."""
    from agent.commands.lab import run_lab

    return run_lab(arguments or [])


def main(argv: Sequence[str] | None = None) -> int:
    """The process's exit status. Whatever happens, a person reads sentences, no traceback."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    if child := _child_wanted(arguments):
        return child()
    _have_outputs()
    try:
        return _carried_out(arguments)
    except (typer.Abort, KeyboardInterrupt):
        return _ended("Stopped.", Exit.COULD_NOT_RUN)
    except BrokenPipeError:  # the reader of a pipe went away: nobody is left to tell
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return Exit.COULD_NOT_RUN
    except Exception as error:  # noqa: BLE001 - the last guard before the person
        from agent.crash_note import leave_note

        return _ended(leave_note(error), Exit.COULD_NOT_RUN)


def _have_outputs() -> None:
    """A closed output (`>&-`) is None; what cannot be said there is dropped, the work is done."""
    if sys.stdout is None:
        sys.stdout = open(os.devnull, "w")  # noqa: SIM115, PTH123 - until the process ends
    if sys.stderr is None:
        sys.stderr = open(os.devnull, "w")  # noqa: SIM115, PTH123 - until the process ends


def _carried_out(arguments: list[str]) -> int:
    command = typer.main.get_command(app)
    try:
        ended: object = command.main(args=arguments, prog_name="firsthop", standalone_mode=False)
    except typer.Exit as ending:
        return ending.exit_code
    except typer.TyperException as error:
        wrong = error.exit_code == Exit.WRONG_USAGE
        said = error.format_message().strip()
        stop = "" if said.endswith((".", "?", "!")) else "."
        sentence = f"{said}{stop} See: firsthop --help"
        return _ended(sentence, Exit.WRONG_USAGE if wrong else Exit.COULD_NOT_RUN)
    except CommandError as error:
        return _ended(str(error), error.status)
    return int(ended) if isinstance(ended, int) else Exit.HEALTHY


def _ended(sentence: str, status: int) -> int:
    typer.echo(f"firsthop: {sentence}", err=True)
    return status


def _child_wanted(arguments: list[str]) -> Callable[[], int] | None:
    """A frozen app has no `python -m`: its children are itself with a first word of their own."""
    if arguments[:1] != ["--child"]:
        return None
    from agent.child import child_main

    return child_main(arguments[1])


if __name__ == "__main__":
    sys.exit(main())

"""`firsthop bundle`: the bundle as a file, for whoever hands it over in another way."""

from __future__ import annotations

import sys
from pathlib import Path

from agent.commands.kept import history, outbox, wanted_run
from agent.complaint import told
from agent.deskwork import made
from agent.exits import CommandError, Exit, UsageError
from agent.ipc.messages import (
    PreviewBundle,
)
from agent.settings import chosen_profile, profile_file
from agent.terminal.plain import plain
from agent.whole_file import same_file, why_not, write_whole
from uploader.bundle import BundleError
from uploader.bundle_write import with_consent, zip_of
from uploader.identity import Identity
from uploader.times import now_text


def write_bundle(run_id: str, output: Path, provider: Path | None, complaint: str) -> Exit:
    complaint = told(complaint)
    if reason := why_not(output):
        raise UsageError(f"{output} cannot be written: {reason}.")
    named = profile_file(provider)
    if named is not None and same_file(output, named):
        raise UsageError(f"{output} is the provider file; name another file to write to.")
    profile = chosen_profile(provider).profile
    runs = history()
    box = outbox()
    try:
        run = wanted_run(runs, run_id)
        wanted = PreviewBundle(run_id=run.id, complaint=complaint)
        draft = made(run, wanted, profile, Identity(box))
        agreed = with_consent(draft, draft.digest, draft.manifest.consent.text, now_text())
        data = zip_of(agreed)
        write_whole(output, data)
    except BundleError as error:
        raise CommandError(str(error)) from error
    except OSError as error:
        raise CommandError(f"{output} could not be written: {error.strerror}.") from error
    finally:
        box.close()
        runs.close()
    sys.stdout.write(
        f"{plain(str(output))}: {len(data) / 1000:.0f} kB, bundle {draft.manifest.id}\n"
    )
    return Exit.HEALTHY

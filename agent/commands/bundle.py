"""`firsthop bundle`: the bundle as a file, for whoever hands it over in another way."""

from __future__ import annotations

import sys
from pathlib import Path

from agent.commands.kept import history, outbox, wanted_run
from agent.deskwork import made
from agent.exits import CommandError, Exit
from agent.ipc.messages import (
    PreviewBundle,
)
from agent.settings import chosen_profile
from uploader.bundle import BundleError
from uploader.bundle_write import with_consent, zip_of
from uploader.identity import Identity
from uploader.times import now_text


def write_bundle(run_id: str, output: Path, provider: Path | None, complaint: str) -> Exit:
    profile = chosen_profile(provider).profile
    runs = history()
    box = outbox()
    try:
        run = wanted_run(runs, run_id)
        wanted = PreviewBundle(run_id=run.id, complaint=complaint)
        draft = made(run, wanted, profile, Identity(box))
        agreed = with_consent(draft, draft.digest, draft.manifest.consent.text, now_text())
        data = zip_of(agreed)
        output.write_bytes(data)
    except BundleError as error:
        raise CommandError(str(error)) from error
    except OSError as error:
        raise CommandError(f"{output} could not be written: {error.strerror}.") from error
    finally:
        box.close()
        runs.close()
    sys.stdout.write(f"{output}: {len(data) / 1000:.0f} kB, bundle {draft.manifest.id}\n")
    return Exit.HEALTHY

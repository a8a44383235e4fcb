"""The bundle: the same bytes for the same content, and no stranger's zip gets through."""

from __future__ import annotations

import io
import subprocess
import sys
import zipfile
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.uploader.samples import KEY, PROFILE, run_of
from uploader.bundle import MANIFEST, REPORT, RUN, SUMMARY, BundleError, Contact
from uploader.bundle_read import read_bundle
from uploader.bundle_write import Draft, Heading, digest_of, draft_of, with_consent, zip_of
from uploader.draft import open_draft, pack_draft
from uploader.redact import redact

AT = "2026-03-01T10:06:00.000Z"


def draft() -> Draft:
    heading = Heading(
        id="b" * 32,
        created_at=AT,
        app_version="0.1.0",
        complaint="It is slow.",
        contact=Contact(name="Kim", phone="123"),
        consent_text="Send it.",
    )
    return draft_of(redact(run_of(), PROFILE, KEY), "<!doctype html><p>report", heading)


def agreed() -> Draft:
    made = draft()
    return with_consent(made, made.digest, "Send it.", AT)


def files_of(made: Draft) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(zip_of(made))) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def zipped(files: dict[str, bytes], more: tuple[tuple[str, bytes], ...] = ()) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in (*files.items(), *more):
            archive.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED)
    return target.getvalue()


def refusal(data: bytes) -> str:
    with pytest.raises(BundleError) as caught:
        read_bundle(data)
    sentence = str(caught.value)
    assert sentence.endswith(".")
    assert "\n" not in sentence
    return sentence


def test_what_is_written_is_read() -> None:
    made = agreed()
    bundle = read_bundle(zip_of(made))
    assert bundle.manifest == made.manifest
    assert bundle.files == made.contents
    assert bundle.run.id == "a" * 32


def test_same_content_gives_same_bytes() -> None:
    assert zip_of(agreed()) == zip_of(agreed())


def test_a_draft_survives_being_kept() -> None:
    assert open_draft(pack_draft(draft())) == draft()
    with pytest.raises(BundleError):
        open_draft(b"\x00garbage")


def test_consent_is_for_exactly_this_content() -> None:
    made = draft()
    other = msgspec.structs.replace(made.manifest, complaint="It is dead.")
    assert digest_of(other) != made.digest
    with pytest.raises(BundleError, match="has changed"):
        with_consent(Draft(other, made.contents), made.digest, "Send it.", AT)
    with pytest.raises(BundleError, match="has changed"):
        with_consent(made, made.digest, "Send everything.", AT)


@pytest.mark.parametrize("missing", [MANIFEST, RUN, SUMMARY, REPORT])
def test_refuses_a_missing_file(missing: str) -> None:
    files = {name: data for name, data in files_of(agreed()).items() if name != missing}
    assert f"{missing} is missing" in refusal(zipped(files))


@pytest.mark.parametrize("changed", [RUN, SUMMARY, REPORT])
def test_refuses_a_changed_file(changed: str) -> None:
    files = files_of(agreed())
    files[changed] = files[changed][:-1] + b" "
    assert "changed after it was made" in refusal(zipped(files))


@pytest.mark.parametrize(
    "name", ["../evil", "/etc/passwd", "a/b.txt", "C:\\x", "..", "nul\n.txt", "Big.txt", ""]
)
def test_refuses_names_that_lead_elsewhere(name: str) -> None:
    refusal(zipped(files_of(agreed()), ((name, b"x"),)))


def test_refuses_a_file_twice() -> None:
    with pytest.warns(UserWarning, match="Duplicate name"):
        data = zipped(files_of(agreed()), ((RUN, b"{}"),))
    assert "twice" in refusal(data)


def test_refuses_files_that_the_manifest_does_not_name() -> None:
    assert "do not match" in refusal(zipped(files_of(agreed()), (("extra.txt", b"x"),)))
    many = tuple((f"{number}.txt", b"") for number in range(20))
    assert "more than" in refusal(zipped(files_of(agreed()), many))


def test_refuses_a_bomb() -> None:
    files = {**files_of(agreed()), SUMMARY: bytes(40 * 1024 * 1024)}
    assert "too large" in refusal(zipped(files))


def test_refuses_a_zip_that_says_a_smaller_size_than_it_holds() -> None:
    data = zipped({**files_of(agreed()), SUMMARY: bytes(1_000_000)})
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        size = archive.getinfo(SUMMARY).file_size
    refusal(data.replace(size.to_bytes(4, "little"), (100).to_bytes(4, "little")))


def test_refuses_deep_nesting() -> None:
    for name in (RUN, MANIFEST):
        files = {**files_of(agreed()), name: b'{"a":' + b"[" * 100_000}
        refusal(zipped(files))
    # a string that never ends must not cost time either
    refusal(zipped({**files_of(agreed()), MANIFEST: b'"' + b'\\"' * 100_000}))


def test_refuses_wrong_schema_and_other_run() -> None:
    made = agreed()
    wrong = msgspec.structs.replace(made.manifest, schema="firsthop-bundle/9")
    assert "schema" in refusal(zip_of(Draft(wrong, made.contents)))
    other = msgspec.structs.replace(made.manifest, run_id="c" * 32)
    assert "consent" in refusal(zip_of(Draft(other, made.contents)))
    wide = msgspec.structs.replace(made.manifest, id="../" * 8)
    assert "id" in refusal(zip_of(Draft(wide, made.contents)))


def test_refuses_without_consent() -> None:
    assert "consent" in refusal(zip_of(draft()))


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=400))
def test_refuses_any_bytes(data: bytes) -> None:
    refusal(data)
    refusal(b"PK\x03\x04" + data)


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_refuses_or_reads_a_damaged_bundle_and_never_breaks(data: st.DataObject) -> None:
    whole = bytearray(zip_of(agreed()))
    for _ in range(data.draw(st.integers(1, 4))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    try:
        bundle = read_bundle(bytes(whole))
    except BundleError:
        return
    assert bundle.files == agreed().contents


def test_reading_loads_nothing_heavy() -> None:
    code = (
        "import sys, uploader.bundle_read;"
        "print([m for m in sys.modules if m.split('.')[0] in "
        "('httpx', 'jinja2', 'asyncio', 'cryptography', 'agent', 'rich', 'babel')])"
    )
    root = Path(__file__).parents[3]
    ran = subprocess.run(
        [sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True
    )
    assert ran.stdout.strip() == "[]"

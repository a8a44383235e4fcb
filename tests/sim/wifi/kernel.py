"""Builds the guest once a machine: `python -m tests.sim.wifi.kernel`, four minutes on two cores.

The kernel is Debian's own source as an ordinary process (user-mode Linux) with three small patches;
programs of the radio are unpacked beside it, nothing is installed. Both stay in the lab's cache.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.sim.complaint import LabError
from tests.sim.toolchain import cache

_OWN = Path(__file__).parent / "kernel"
_SOURCE = "linux-source-6.1"
_PROGRAMS = ("hostapd", "wpasupplicant", "iw", "wireless-regdb")
#: What apt counts among their needs and every machine has already, or no guest wants.
_LEFT_OUT = ("systemd", "libsystemd", "libudev", "libpam", "udev", "init-system", "init_", "sysv",
             "libc6_", "libgcc", "gcc-", "python3", "dbus", "perl", "adduser", "dpkg", "debconf",
             "lsb-base", "passwd", "libcrypt1")  # fmt: skip
#: Unpacked without them, to be quicker. Other computers' parts stay: their Kconfig files are read.
_NOT_UNPACKED = ("Documentation/[a-z]*", "drivers/gpu/drm/amd/include",
                 "tools/testing", "tools/perf")  # fmt: skip
NEEDED = ("make", "gcc", "flex", "bison", "bc", "patch", "apt-get", "dpkg-deb")


@dataclass(frozen=True)
class Guest:
    """`linux` is the kernel, `layer` the folder that lies over this machine's files."""

    linux: Path
    layer: Path


def guest() -> Guest:
    """The built guest; builds it when that has not been done, or waits for who does."""
    folder = _folder()
    if not (folder / "ready").exists():
        with _alone(folder):
            if not (folder / "ready").exists():
                _build(folder)
    return Guest(folder / "linux", folder / "layer")


def is_built() -> bool:
    """Whether a guest can be started at once."""
    return (_folder() / "ready").exists()


def _folder() -> Path:
    """By content: another patch or setting is another guest."""
    digest = hashlib.sha256(" ".join((_SOURCE, *_PROGRAMS)).encode())
    for path in sorted(_OWN.iterdir()):
        digest.update(path.read_bytes())
    folder = cache() / f"wifi-{digest.hexdigest()[:16]}"
    folder.mkdir(exist_ok=True)
    return folder


@contextmanager
def _alone(folder: Path) -> Generator[None]:
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _build(folder: Path) -> None:
    lacking = [name for name in NEEDED if shutil.which(name) is None]
    if lacking:
        raise LabError(f"The WiFi guest needs these programs: {', '.join(lacking)}.")
    with tempfile.TemporaryDirectory(prefix="wifi-", dir=cache()) as name:
        work = Path(name)
        _build_layer(work / "debs", folder / "layer")
        _build_kernel(work, folder / "linux")
    (folder / "ready").touch()


def _done(command: list[str], folder: Path, environ: dict[str, str] | None = None) -> str:
    done = subprocess.run(
        command,
        cwd=folder,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
        env=os.environ | (environ or {}),
    )
    if done.returncode:
        said = (done.stderr or done.stdout).strip()[-600:]
        raise LabError(f"The WiFi guest could not be built, {command[0]} failed: {said}")
    return done.stdout


def _download(names: list[str], folder: Path) -> list[Path]:
    user = [] if os.geteuid() else ["-o", "APT::Sandbox::User=root"]
    _done(["apt-get", "download", "-qq", *user, *names], folder)
    return sorted(folder.glob("*.deb"))


# ---- programs


def _build_layer(debs: Path, layer: Path) -> None:
    shutil.rmtree(layer, ignore_errors=True)
    layer.mkdir(parents=True)
    debs.mkdir()
    for deb in _download(_closure(debs), debs):
        _done(["dpkg-deb", "-x", str(deb), str(layer)], debs)
    for name in ("bin", "sbin", "lib", "lib64"):
        _merge(layer / name, layer / "usr" / name)
    for name in ("doc", "man", "locale", "info"):
        shutil.rmtree(layer / "usr/share" / name, ignore_errors=True)
    for name in ("regulatory.db", "regulatory.db.p7s"):
        real = layer / "usr/lib/firmware" / f"{name}-upstream"
        if real.exists() and not real.with_name(name).exists():
            real.with_name(name).symlink_to(real.name)


def _closure(debs: Path) -> list[str]:
    """The programs and all they need, as on a machine with nothing installed."""
    (debs / "partial").mkdir()
    (debs / "status").touch()
    asked = ["apt-get", "install", "-y", "-qq", "--print-uris", "--no-install-recommends"]
    asked += ["-o", "Debug::NoLocking=1", "-o", f"Dir::State::status={debs / 'status'}"]
    asked += ["-o", f"Dir::Cache::archives={debs}"]
    rows = _done([*asked, *_PROGRAMS], debs).splitlines()
    files = [row.split()[1] for row in rows if row.startswith("'")]
    return [name.split("_")[0] for name in files if not name.startswith(_LEFT_OUT)]


def _merge(old: Path, new: Path) -> None:
    """As Debian's usrmerge: /bin is /usr/bin."""
    if old.is_dir() and not old.is_symlink():
        shutil.copytree(old, new, symlinks=True, dirs_exist_ok=True)
        shutil.rmtree(old)


# ---- kernel


def _build_kernel(work: Path, linux: Path) -> None:
    (deb,) = _download([_SOURCE], work)
    _done(["dpkg-deb", "-x", str(deb), str(work)], work)
    (archive,) = (work / "usr/src").glob("linux-source-*.tar.xz")
    left_out = [f"--exclude=*/{pattern}" for pattern in _NOT_UNPACKED]
    _done(["tar", "xf", str(archive), *left_out], work)
    archive.unlink()
    (source,) = (path for path in work.glob("linux-source-*") if path.is_dir())
    for patch in sorted(_OWN.glob("*.patch")):
        _done(["patch", "-p1", "--no-backup-if-mismatch", "-i", str(patch)], source)
    own = {"ARCH": "um"}
    _done(["make", "ARCH=um", "defconfig"], source, own)
    shutil.copy(source / ".config", source / "base.config")
    settings = str(_OWN / "uml.config")
    _done(["scripts/kconfig/merge_config.sh", "-m", "base.config", settings], source, own)
    _done(["make", "ARCH=um", "olddefconfig"], source, own)
    _done(["make", "ARCH=um", f"-j{os.cpu_count() or 1}", "linux"], source, own)
    shutil.copy(source / "linux", linux)
    _done(["strip", str(linux)], work)


def main() -> int:
    """Build, say where it is. Exit status 125 when it cannot be built."""
    try:
        built = guest()
    except LabError as fault:
        sys.stderr.write(f"lab: {fault}\n")
        return 125
    sys.stdout.write(f"{built.linux.parent}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())

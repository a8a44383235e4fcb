"""Disks and printers that are set up on a computer, as its tables and CUPS print them."""

from __future__ import annotations

import asyncio
from pathlib import Path

from diagnostics.platforms.linux import Linux
from diagnostics.platforms.parse.lpstat import parse_lpstat
from diagnostics.platforms.parse.mounts import parse_mounts

FSTAB = """# a comment //192.168.1.9/x /mnt cifs
UUID=1234 / ext4 defaults 0 1
//192.168.1.50/films /mnt/films cifs guest 0 0
//user@nas.lan/a\\040b /mnt/b smb3 guest 0 0
nas.lan:/export /mnt/nfs nfs4 ro 0 0
[fd00::5]:/export /mnt/six nfs ro 0 0
me@box:/home /mnt/ssh fuse.sshfs rw 0 0
garbage
tmpfs /tmp tmpfs rw 0 0
"""
LPSTAT = """device for Office: socket://192.168.1.60:9100
device for Hall: ipp://printer.lan/ipp/print
device for Found: dnssd://HP%20Laser._ipp._tcp.local/?uuid=1
device for Cable: usb://HP/LaserJet?serial=1
device for Odd: ipp://[broken
"""


def test_network_disks_of_a_table() -> None:
    assert parse_mounts(FSTAB) == (
        ("192.168.1.50", 445),
        ("nas.lan", 445),
        ("nas.lan", 2049),
        ("fd00::5", 2049),
        ("box", 22),
    )


def test_network_printers_of_cups() -> None:
    assert parse_lpstat(LPSTAT) == (("192.168.1.60", 9100), ("printer.lan", 631))
    assert parse_lpstat("lpstat: No destinations added.") == ()


def test_linux_reads_both_tables(tmp_path: Path) -> None:
    (tmp_path / "etc").mkdir()
    (tmp_path / "etc" / "fstab").write_text(FSTAB, encoding="utf-8")
    found = asyncio.run(Linux(tmp_path).home_services())
    assert ("192.168.1.50", 445) in {(one.host, one.port) for one in found}

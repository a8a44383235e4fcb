"""Network disks in a table of mounts: /proc/self/mounts and /etc/fstab (fstab(5))."""

from __future__ import annotations

#: file systems over a network, and the port of each server (IANA)
_PORTS = {"cifs": 445, "smb3": 445, "smbfs": 445, "nfs": 2049, "nfs4": 2049, "fuse.sshfs": 22}


def parse_mounts(text: str) -> tuple[tuple[str, int], ...]:
    """Host and port of each network disk, each once; lines that are no mount are passed over."""
    found: dict[tuple[str, int], None] = {}
    for line in text.splitlines():
        parts = line.split()
        if len(parts) < 3 or line.lstrip().startswith("#") or parts[2] not in _PORTS:
            continue
        host = _host(parts[0])
        if host:
            found[(host, _PORTS[parts[2]])] = None
    return tuple(found)


def _host(source: str) -> str:
    """`//host/share`, `host:/path`, `user@host:path`, `[address]:/path`."""
    if source.startswith("//"):
        return source[2:].partition("/")[0].rpartition("@")[2]
    if source.startswith("["):
        return source[1:].partition("]")[0]
    host = source.partition(":")[0] if ":" in source else ""
    return host.rpartition("@")[2]

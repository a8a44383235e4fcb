"""The lab's certificate authority: one root, a server certificate for each date of the world."""

from __future__ import annotations

import datetime as dt
import fcntl
import hashlib
import ipaddress
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from tests.sim import atlas

_DAY = dt.timedelta(days=1)
_FRESH_FOR = 5 * _DAY


@dataclass(frozen=True)
class Certificates:
    """`root` is what the subscriber trusts; `server` holds key and certificate of every site."""

    root: Path
    server: Path


def certificates(folder: Path, world_offset_s: int) -> Certificates:
    """Certificates in `folder`, valid around the world's date (now plus offset); new if stale."""
    root, root_key = folder / "root.pem", folder / "root.key"
    offset_days = round(world_offset_s / 86400)
    server = folder / f"server{offset_days:+d}.pem"
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not root_key.exists():
            _make_root(root, root_key)
        if not _fresh(server, root_key):
            _make_server(server, root, root_key, offset_days * _DAY)
    return Certificates(root, server)


def _fresh(server: Path, root_key: Path) -> bool:
    if not server.exists() or server.stat().st_mtime < root_key.stat().st_mtime:
        return False
    made = dt.datetime.fromtimestamp(server.stat().st_mtime, dt.UTC)
    held = x509.load_pem_x509_certificate(server.read_bytes())
    names = held.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    same = set(names.get_values_for_type(x509.DNSName)) == set(atlas.SITES)
    return same and dt.datetime.now(dt.UTC) - made < _FRESH_FOR


def _write(path: Path, content: bytes) -> None:
    handle, name = tempfile.mkstemp(dir=path.parent)
    with os.fdopen(handle, "wb") as out:
        out.write(content)
    Path(name).replace(path)


def _pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )


def hashed_name(root: Path) -> str:
    """How OpenSSL looks for this certificate in a folder (X509_NAME_hash): of its subject.

    The subject in lower case as UTF-8, without the outermost head; four bytes of its SHA-1.
    """
    subject = x509.load_pem_x509_certificate(root.read_bytes()).subject
    plain = x509.Name([x509.NameAttribute(one.oid, str(one.value).lower()) for one in subject])
    digest = hashlib.sha1(plain.public_bytes()[2:], usedforsecurity=False).digest()
    return f"{int.from_bytes(digest[:4], 'little'):08x}.0"


def _name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])


def _start(subject: str, issuer: str, key: ec.EllipticCurvePrivateKey) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(_name(subject))
        .issuer_name(_name(issuer))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
    )


def _make_root(root: Path, root_key: Path) -> None:
    key, now = ec.generate_private_key(ec.SECP256R1()), dt.datetime.now(dt.UTC)
    usage = x509.KeyUsage(
        key_cert_sign=True,
        crl_sign=True,
        digital_signature=False,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )
    # as long-lived as real roots are: a wrong clock must not make the root itself look invalid
    made = (
        _start("Lab Root CA", "Lab Root CA", key)
        .not_valid_before(now - 3650 * _DAY)
        .not_valid_after(now + 3650 * _DAY)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    _write(root, made.public_bytes(serialization.Encoding.PEM))
    _write(root_key, _pem(key))


def _make_server(server: Path, root: Path, root_key: Path, offset: dt.timedelta) -> None:
    signer = serialization.load_pem_private_key(root_key.read_bytes(), None)
    if not isinstance(signer, ec.EllipticCurvePrivateKey):
        raise TypeError("the lab's root key is not the one it made")
    issuer = x509.load_pem_x509_certificate(root.read_bytes())
    key, world = ec.generate_private_key(ec.SECP256R1()), dt.datetime.now(dt.UTC) + offset
    addresses = [*atlas.PUBLIC_RESOLVERS, atlas.SPEED_OUTSIDE, atlas.SPEED_INSIDE, atlas.DESK]
    names: list[x509.GeneralName] = [x509.DNSName(name) for name in sorted(atlas.SITES)]
    names += [x509.IPAddress(ipaddress.ip_address(address)) for address in addresses]
    made = (
        _start("www.lab.example", "Lab Root CA", key)
        .not_valid_before(world - 20 * _DAY)
        .not_valid_after(world + 60 * _DAY)
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer.public_key()),  # pyright: ignore[reportArgumentType]
            critical=False,
        )
        .sign(signer, hashes.SHA256())
    )
    _write(server, made.public_bytes(serialization.Encoding.PEM) + _pem(key))

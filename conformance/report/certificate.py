"""The certificate: one signed statement that binds a verdict to what it was reached with.

Signed with Ed25519 over the statement's canonical JSON. Checking needs the certificate, the public
key and, to check the digests too, the run record; it needs no network.
"""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path
from typing import Any

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from conformance.contract.errors import ContractError
from conformance.report.run import Run, load_run
from conformance.report.verdict_file import NumbersData, numbers_data, required_digest

CERTIFICATE_NAME = "certificate.json"
FORMAT = 1


class CertificateError(ContractError):
    """A certificate cannot be made or read; the message says why."""


class Mismatch(Exception):
    """The first thing that does not match."""


class Statement(msgspec.Struct, frozen=True):
    """What is certified. Digests are SHA-256 in hex; ``issued_ms`` is when the run ended."""

    format: int
    verdict: str
    exit_code: int
    numbers: NumbersData
    claims: tuple[str, ...]
    reached: tuple[str, ...]
    target: str
    environment: str
    api_version: str
    effort: str
    seed: int
    suite_version: str
    suite_digest: str
    contract_digest: str
    required_digest: str
    target_digest: str
    transcript_digest: str
    started_ms: int
    issued_ms: int


class Certificate(msgspec.Struct, frozen=True):
    """A statement with the key it was signed with and the signature, both base64."""

    statement: Statement
    public_key: str
    signature: str


def statement_of(run: Run, record: Path) -> Statement:
    """The statement a record supports; CertificateError for an interrupted run."""
    if run.footer is None:
        raise CertificateError(f"{record}: the run was interrupted; there is nothing to certify")
    header = run.header
    return Statement(
        format=FORMAT,
        verdict=run.word,
        exit_code=run.exit_code,
        numbers=numbers_data(run.summary.total),
        claims=run.claims,
        reached=tuple(view.name for view in run.profiles if view.numbers.reached),
        target=run.target,
        environment=run.environment,
        api_version=run.version,
        effort=header.effort,
        seed=header.seed,
        suite_version=header.suite_version,
        suite_digest=suite_digest(),
        contract_digest=header.contract_digest,
        required_digest=required_digest(run),
        target_digest=_digest(_canonical(header.target)),
        transcript_digest=_digest(record.read_bytes()),
        started_ms=header.started_ms,
        issued_ms=run.footer.ended_ms,
    )


def sign(statement: Statement, key: Ed25519PrivateKey) -> Certificate:
    """Sign a statement."""
    return Certificate(
        statement,
        _text(public_bytes(key.public_key())),
        _text(key.sign(_canonical(statement))),
    )


def write_certificate(certificate: Certificate, path: Path) -> None:
    """Write a certificate as JSON."""
    encoded = msgspec.json.format(msgspec.json.encode(certificate), indent=1)
    path.write_bytes(encoded + b"\n")


def read_certificate(path: Path) -> Certificate:
    """Read a certificate; raises CertificateError."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=Certificate)
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise CertificateError(f"{path}: {error}") from None


def verify(certificate: Certificate, key: Ed25519PublicKey | None, record: Path | None) -> None:
    """Check a certificate; raises Mismatch with the first thing that does not match.

    Without ``key`` the signature is checked against the key the certificate names, which proves
    only that nothing was changed since. With ``record`` the statement is worked out again from it.
    """
    statement = certificate.statement
    if statement.format != FORMAT:
        raise Mismatch(f"format: {statement.format}, this suite knows {FORMAT}")
    named = _bytes(certificate.public_key, "public key")
    if key is not None and public_bytes(key) != named:
        raise Mismatch("public key: the certificate was signed with another key")
    try:
        Ed25519PublicKey.from_public_bytes(named).verify(
            _bytes(certificate.signature, "signature"), _canonical(statement)
        )
    except (InvalidSignature, ValueError):
        raise Mismatch("signature: it does not belong to this statement") from None
    if record is not None:
        _compare(statement, record)


def _compare(statement: Statement, record: Path) -> None:
    certified = msgspec.to_builtins(statement)
    if _digest(record.read_bytes()) != statement.transcript_digest:
        raise Mismatch("transcript digest: the run record is another one or was changed")
    found = msgspec.to_builtins(statement_of(load_run(record), record))
    for name, value in certified.items():
        if found[name] != value:
            raise Mismatch(f"{name.replace('_', ' ')}: certified {value}, found {found[name]}")


def suite_digest() -> str:
    """A digest of this suite's own code."""
    package = Path(__file__).resolve().parents[1]
    total = hashlib.sha256()
    for path in sorted(package.rglob("*")):
        if path.suffix in {".py", ".j2", ".css", ".js"} and "_data" not in path.parts:
            name = path.relative_to(package).as_posix()
            total.update(f"{name} {_digest(path.read_bytes())}\n".encode())
    return total.hexdigest()


def read_private_key(path: Path) -> Ed25519PrivateKey:
    """Read an Ed25519 key in PEM without a password; raises CertificateError."""
    try:
        key = serialization.load_pem_private_key(path.read_bytes(), password=None)
    except (OSError, ValueError, TypeError) as error:
        raise CertificateError(f"{path}: no usable private key: {error}") from None
    if not isinstance(key, Ed25519PrivateKey):
        raise CertificateError(f"{path}: not an Ed25519 key")
    return key


def read_public_key(path: Path) -> Ed25519PublicKey:
    """Read an Ed25519 public key in PEM; raises CertificateError."""
    try:
        key = serialization.load_pem_public_key(path.read_bytes())
    except (OSError, ValueError) as error:
        raise CertificateError(f"{path}: no usable public key: {error}") from None
    if not isinstance(key, Ed25519PublicKey):
        raise CertificateError(f"{path}: not an Ed25519 key")
    return key


def new_key(path: Path) -> Ed25519PrivateKey:
    """Make a key pair: ``path`` for the owner's eyes only, ``path``.pub beside it for everybody."""
    if path.exists():
        raise CertificateError(f"{path} is there already; it is not overwritten")
    key = Ed25519PrivateKey.generate()
    path.touch(mode=0o600)
    path.write_bytes(key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    ))
    path.with_name(path.name + ".pub").write_bytes(key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    ))
    return key


def public_bytes(key: Ed25519PublicKey) -> bytes:
    """The 32 bytes of a public key."""
    return key.public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)


def _canonical(value: Any) -> bytes:
    return msgspec.json.encode(value, order="deterministic")


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _bytes(text: str, what: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except ValueError:
        raise Mismatch(f"{what}: not base64") from None

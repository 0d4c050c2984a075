"""A certificate binds a verdict to what it was reached with; the first mismatch is named."""

from __future__ import annotations

import base64
from pathlib import Path

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from conformance.report import certificate as module
from conformance.report.certificate import (
    Certificate,
    CertificateError,
    Mismatch,
    new_key,
    read_certificate,
    read_private_key,
    read_public_key,
    sign,
    statement_of,
    verify,
    write_certificate,
)
from conformance.report.run import load_run
from tests.report.builder import outcome, required, write

NAME = "users/A/response"


@pytest.fixture
def record(tmp_path: Path) -> Path:
    """The record of a conformant run."""
    return write(tmp_path / "run", [required(NAME)], [outcome(NAME)])


@pytest.fixture
def key() -> Ed25519PrivateKey:
    """Whose signature it is."""
    return Ed25519PrivateKey.from_private_bytes(bytes(range(32)))


@pytest.fixture
def certificate(record: Path, key: Ed25519PrivateKey) -> Certificate:
    """A certificate that is in order."""
    return sign(statement_of(load_run(record), record), key)


def test_one_in_order_is_verified(
    certificate: Certificate, record: Path, key: Ed25519PrivateKey, tmp_path: Path
) -> None:
    write_certificate(certificate, tmp_path / "c.json")
    read = read_certificate(tmp_path / "c.json")

    assert read == certificate
    verify(read, key.public_key(), record)
    assert read.statement.verdict == "conformant"
    assert set(read.statement.reached) == {"trader"}


def test_the_same_record_gives_the_same_certificate(
    certificate: Certificate, record: Path, key: Ed25519PrivateKey
) -> None:
    assert sign(statement_of(load_run(record), record), key) == certificate


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("verdict", "not conformant"), ("exit_code", 1), ("target", "production"),
        ("transcript_digest", "0" * 64), ("claims", ("full",)), ("issued_ms", 0),
    ],
)
def test_an_altered_statement_breaks_the_signature(
    field: str, value: object, certificate: Certificate
) -> None:
    altered = msgspec.structs.replace(certificate.statement, **{field: value})

    with pytest.raises(Mismatch, match=r"^signature"):
        verify(msgspec.structs.replace(certificate, statement=altered), None, None)


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ("verdict", "lenient", "verdict: certified lenient, found conformant"),
        ("contract_digest", "ab", "contract digest"),
        ("suite_digest", "ab", "suite digest"),
        ("target_digest", "ab", "target digest"),
        ("required_digest", "ab", "required digest"),
        ("claims", ("full",), "claims"),
    ],
)
def test_a_wrong_statement_with_a_good_signature_is_told_by_the_record(
    field: str, value: object, told: str, certificate: Certificate, record: Path,
    key: Ed25519PrivateKey,
) -> None:
    wrong = sign(msgspec.structs.replace(certificate.statement, **{field: value}), key)

    verify(wrong, key.public_key(), None)
    with pytest.raises(Mismatch, match=f"^{told}"):
        verify(wrong, key.public_key(), record)


def test_a_changed_record_is_told(certificate: Certificate, record: Path) -> None:
    record.write_bytes(record.read_bytes().replace(b'"judged":40', b'"judged":41'))

    with pytest.raises(Mismatch, match=r"^transcript digest"):
        verify(certificate, None, record)


def test_another_key_is_told(certificate: Certificate) -> None:
    stranger = Ed25519PrivateKey.generate().public_key()

    with pytest.raises(Mismatch, match=r"^public key"):
        verify(certificate, stranger, None)


@pytest.mark.parametrize("signature", ["?", base64.b64encode(b"x" * 64).decode(), ""])
def test_a_bad_signature_is_told(signature: str, certificate: Certificate) -> None:
    with pytest.raises(Mismatch, match=r"^signature"):
        verify(msgspec.structs.replace(certificate, signature=signature), None, None)


def test_an_interrupted_run_is_not_certified(tmp_path: Path) -> None:
    path = write(tmp_path, [required(NAME)], [outcome(NAME)], exit_code=None)

    with pytest.raises(CertificateError, match="interrupted"):
        statement_of(load_run(path), path)


def test_a_new_key_is_for_its_owner_only_and_never_overwrites(tmp_path: Path) -> None:
    path = tmp_path / "key.pem"
    made = new_key(path)

    assert path.stat().st_mode & 0o777 == 0o600
    assert module.public_bytes(read_private_key(path).public_key()) == module.public_bytes(
        read_public_key(tmp_path / "key.pem.pub")
    )
    assert module.public_bytes(made.public_key())
    with pytest.raises(CertificateError, match="not overwritten"):
        new_key(path)


@pytest.mark.parametrize("text", ["", "{}", '{"statement": 1}'])
def test_what_is_no_certificate_is_refused(text: str, tmp_path: Path) -> None:
    (tmp_path / "c.json").write_text(text)

    with pytest.raises(CertificateError, match=r"c\.json"):
        read_certificate(tmp_path / "c.json")

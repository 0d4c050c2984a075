"""``conformance certify`` and ``conformance verify``: a signed verdict, and checking one."""

from __future__ import annotations

import sys
from pathlib import Path

from conformance.report.certificate import (
    CERTIFICATE_NAME,
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
from conformance.report.run_record import RECORD_NAME


def certify_run(path: Path, key_file: Path, make_key: bool, output: Path | None) -> int:
    """Sign the verdict of a run; the run's own exit code."""
    record = _record(path)
    run = load_run(record)
    statement = statement_of(run, record)
    key = new_key(key_file) if make_key else read_private_key(key_file)
    place = output or record.parent / CERTIFICATE_NAME
    write_certificate(sign(statement, key), place)
    print(f"{place}: {run.target}, API {run.version}: {run.word}")
    return run.exit_code


def verify_certificate(file: Path, run: Path | None, key_file: Path | None) -> int:
    """Check a certificate offline; 0 when all matches, 1 with the first thing that does not."""
    certificate = read_certificate(file)
    key = read_public_key(key_file) if key_file is not None else None
    try:
        verify(certificate, key, _record(run) if run is not None else None)
    except Mismatch as mismatch:
        print(f"conformance: {file}: does not match: {mismatch}", file=sys.stderr)
        return 1
    statement = certificate.statement
    print(f"{file}: {statement.target}, API {statement.api_version}: {statement.verdict}")
    if key is None:
        print("signed with the key it names itself; give --public-key to know whose it is")
    if run is None:
        print("digests were not compared; give the run's folder to compare them")
    return 0


def _record(path: Path) -> Path:
    return path / RECORD_NAME if path.is_dir() else path

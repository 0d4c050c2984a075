"""The container file: its steps in a fresh environment, and, with ./run container, the image."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.packaging.clean import ROOT, Shell, checkout, fresh_venv, outcome_of

BASE = "docker.io/library/python:3.11-slim"
DEBIAN = "bookworm"
"""Its Python is 3.11, so a bare Debian with pip can stand in for the base image."""

PART = "run --section uncertain --call Ping"
SECRETS = (".env", ".git/config", "reports/out/last/run.jsonl", "conformance/__pycache__/x.pyc")
"""What may lie in a checkout and has no business in an image."""

builds_image = pytest.mark.skipif(
    "CONFORMANCE_BUILD_IMAGE" not in os.environ,
    reason="takes minutes, root, buildah and debootstrap: ./run container",
)


def instructions() -> list[str]:
    """The lines of the container file, continued lines joined, comments left out."""
    text = (ROOT / "Containerfile").read_text(encoding="utf-8")
    text = re.sub(r"^#.*\n", "", text, flags=re.MULTILINE).replace("\\\n", " ")
    return [" ".join(line.split()) for line in text.splitlines() if line.strip()]


def allowed() -> list[str]:
    """What the ignore file lets into the image's build: it forbids all, then names exceptions."""
    lines = (ROOT / ".dockerignore").read_text(encoding="utf-8").split()
    assert lines[0] == "*"
    return [line[1:] for line in lines if line.startswith("!")]


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A checkout that somebody has worked in."""
    folder = checkout(tmp_path_factory.mktemp("source"))
    for name in SECRETS:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("secret")
    return folder


@pytest.mark.clean_room
def test_steps_work_with_what_the_build_may_see(source: Path, tmp_path: Path) -> None:
    seen = tmp_path / "seen"
    for name in allowed():
        copy = shutil.copytree if (source / name).is_dir() else shutil.copy2
        seen.mkdir(exist_ok=True)
        copy(source / name, seen / name)  # type: ignore[operator]
    runs = " && ".join(line.removeprefix("RUN ") for line in instructions() if "RUN" in line)
    steps = re.findall(r"\bpip [^&]+", runs)
    assert len(steps) == 2
    shell = Shell(tmp_path, tmp_path / "home", fresh_venv(tmp_path / "venv"))

    for step in steps:
        moved = step.replace("/source", str(seen)).replace("/wheels", str(tmp_path / "wheels"))
        done = shell.run(moved)
        assert done.returncode == 0, outcome_of(done)
    shell.folder = tmp_path / "runs"
    shell.folder.mkdir()
    done = shell.run(f"conformance {PART}")

    assert done.returncode == 0, outcome_of(done)


@dataclass
class Builder:
    """buildah with a storage of its own; commands run in a chroot, as root."""

    folder: Path

    def run(self, *words: str) -> str:
        """Run one command of buildah; what it printed."""
        configuration = self.folder / "storage.conf"
        configuration.write_text(
            f'[storage]\ndriver = "vfs"\ngraphroot = "{self.folder}/graph"\n'
            f'runroot = "{self.folder}/running"\n'
        )
        done = subprocess.run(
            ["buildah", *words], capture_output=True, text=True, cwd=self.folder, timeout=600,
            env={**os.environ, "CONTAINERS_STORAGE_CONF": str(configuration),
                 "BUILDAH_ISOLATION": "chroot"},
        )
        assert done.returncode == 0, outcome_of(done)
        return done.stdout.strip()

    def base(self) -> None:
        """A bare Debian under the name of the base image, since no registry may be within reach."""
        root = self.folder / "root"
        subprocess.run(
            ["debootstrap", "--variant=minbase", "--include=python3-pip,python3-venv", DEBIAN,
             str(root)], check=True, capture_output=True, timeout=900,
        )
        for marker in root.glob("usr/lib/python3*/EXTERNALLY-MANAGED"):
            marker.unlink()  # the base image's pip installs into the system, too
        container = self.run("from", "scratch")
        self.run("add", "-q", container, str(root), "/")
        self.run("commit", "-q", container, BASE)
        shutil.rmtree(root)

    def build(self, source: Path, *words: str) -> str:
        """Build the container file up to its end or ``--target``; the image's id."""
        certificates = "/etc/ssl/certs:/etc/ssl/certs:ro"  # whom to trust is the machine's business
        file = str(source / "Containerfile")
        built = self.run(
            "build", "--pull-never", "--layers", "-v", certificates, "-q", "-f", file, *words,
            str(source),
        )
        return built.splitlines()[-1]


@pytest.fixture(scope="module")
def builder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Builder]:
    builder = Builder(tmp_path_factory.mktemp("buildah"))
    builder.base()
    yield builder
    shutil.rmtree(builder.folder, ignore_errors=True)


@pytest.mark.clean_room
@builds_image
def test_image_runs_as_anybody_in_any_folder(
    builder: Builder, source: Path, tmp_path: Path
) -> None:
    image = builder.build(source)
    config = json.loads(builder.run("inspect", "--type", "image", image))["Docker"]["config"]
    container = builder.run("from", "--pull-never", image)
    entry = [*config["Entrypoint"], *PART.split()]

    own = builder.run("run", container, "--", *entry)
    somebody = tmp_path / "reports-here"
    somebody.mkdir()
    os.chown(somebody, 4321, 4321)
    lent = builder.run(
        "run", "--user", "4321:4321", "-v", f"{somebody}:/runs", container, "--", *entry
    )

    assert config["User"] == "1000"
    assert "verdict: conformant" in own
    assert "verdict: conformant" in lent
    assert list(somebody.glob("reports/out/*/run.jsonl"))


@pytest.mark.clean_room
@builds_image
def test_nothing_private_enters_the_build(builder: Builder, source: Path) -> None:
    container = builder.run("from", "--pull-never", builder.build(source, "--target", "build"))

    listed = builder.run("run", container, "--", "ls", "-A", "/source")

    assert set(listed.split()) == set(allowed())
    caches = builder.run("run", container, "--", "find", "/source", "-name", "__pycache__")
    assert caches == ""

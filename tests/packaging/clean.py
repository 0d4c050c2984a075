"""A machine as a newcomer has it: a fresh checkout, an empty home, nothing but a package index."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parents[2]
PASSED_ON = re.compile(r"^(PIP_|UV_(?!CACHE)|(https?|no|all)_proxy$|SSL_|REQUESTS_)", re.IGNORECASE)
"""How to reach a package index is the machine's own business."""

TIMEOUT_S = 600


def checkout(to: Path) -> Path:
    """Copy what a clone would hold: no ignored file, no build product."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    ).stdout
    for name in filter(None, listed.split("\0")):
        if (ROOT / name).is_file():
            (to / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, to / name)
    return to


def fresh_venv(at: Path) -> Path:
    """A new virtual environment with pip and nothing else; returns its folder of programs."""
    subprocess.run([sys.executable, "-m", "venv", str(at)], check=True)
    return at / "bin"


def outcome_of(done: subprocess.CompletedProcess[str]) -> str:
    """For assertion messages: what was run and how it ended."""
    return f"{done.args}\nexit {done.returncode}\n{done.stdout[-4000:]}\n{done.stderr[-4000:]}"


@dataclass
class Shell:
    """Runs commands in a folder, with an empty home and programs of one virtual environment."""

    folder: Path
    home: Path
    programs: Path
    exported: dict[str, str] = field(default_factory=dict)

    def run(self, command: str) -> subprocess.CompletedProcess[str]:
        """Run one command line; an export holds for the commands behind it."""
        export = re.fullmatch(r"export (\w+)=(.*)", command)
        if export is not None:
            self.exported[export[1]] = export[2]
        return subprocess.run(
            ["bash", "-c", command], cwd=self.folder, env=self.environment(), text=True,
            capture_output=True, timeout=TIMEOUT_S, stdin=subprocess.DEVNULL,
        )

    def start(self, command: str) -> subprocess.Popen[str]:
        """Start a command that goes on until it is stopped."""
        return subprocess.Popen(
            ["bash", "-c", f"exec {command}"], cwd=self.folder, env=self.environment(), text=True,
            stdout=subprocess.PIPE,
        )

    def environment(self) -> dict[str, str]:
        """Nothing of ours but the way to a package index."""
        kept = {name: value for name, value in os.environ.items() if PASSED_ON.match(name)}
        return {
            **kept, "HOME": str(self.home), "PATH": f"{self.programs}:/usr/local/bin:/usr/bin:/bin",
            "LANG": "C.UTF-8", "NO_COLOR": "1", **self.exported,
        }


def fences(page: str) -> list[tuple[str, str]]:
    """The fenced blocks of a page in order: language and text."""
    return re.findall(r"^```(\w+)\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)


def commands_of(block: str) -> list[str]:
    """The command lines of a ``console`` block, continued lines joined."""
    lines = block.replace("\\\n", " ").splitlines()
    return [re.sub(r"\s+", " ", line).strip() for line in lines if line.strip()]


def console_commands(page: str) -> list[str]:
    """The command lines of all ``console`` blocks of a page."""
    return [
        line for kind, block in fences(page) if kind == "console" for line in commands_of(block)
    ]


def not_shown(shown: str, output: str) -> list[str]:
    """Lines of a page's ``text`` block that the output lacks, in this order; ``…`` is anything."""
    printed = iter(output.splitlines())
    return [
        line for line in shown.splitlines()
        if line.strip() not in ("", "…") and not any(_alike(line, other) for other in printed)
    ]


def _alike(shown: str, printed: str) -> bool:
    pattern = ".*".join(re.escape(part) for part in shown.rstrip().split("…"))
    return re.fullmatch(pattern + r"\s*", printed) is not None

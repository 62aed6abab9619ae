"""The record of a run: on what machine, with what versions, what each benchmark found. Comparable from one run to the next."""

import os
import platform
import re
import subprocess
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
FORMAT = 1  # raised when a key changes its meaning
PACKAGES = ("gantheory", "jax", "jaxlib", "numpy", "scipy", "equinox", "optax", "python-flint")


def head() -> dict[str, Any]:
    """All but what the benchmarks find."""
    return {
        "format": FORMAT,
        "when": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": machine(),
        "versions": {"python": platform.python_version(), **{package: _version(package) for package in PACKAGES}},
        "commit": commit(),
    }


def machine() -> dict[str, Any]:
    return {
        "cpu": _cpu(),
        "cores": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count(),
        "memory_bytes": _memory(),
        "system": f"{platform.system()} {platform.release()} {platform.machine()}",
        "load": os.getloadavg()[0] if hasattr(os, "getloadavg") else None,  # processes that wanted a core in the last minute
    }


def commit() -> dict[str, Any] | None:
    """The commit of the source, and whether the source differs from it; None outside a repository."""
    try:
        found, changed = (_said_by("git", "-C", str(ROOT), *words) for words in (("rev-parse", "HEAD"), ("status", "--porcelain")))
    except (OSError, subprocess.CalledProcessError):
        return None
    return {"hash": found, "changed": bool(changed)}


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def _cpu() -> str:
    """The processor's model, as the system calls it."""
    info = Path("/proc/cpuinfo")
    if info.exists() and (found := re.search(r"^(?:model name|Model)\s*:\s*(.+)$", info.read_text(), re.MULTILINE)):
        return found.group(1)
    try:
        return _said_by("sysctl", "-n", "machdep.cpu.brand_string")
    except (OSError, subprocess.CalledProcessError):
        return platform.processor() or platform.machine()


def _memory() -> int | None:
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, ValueError, OSError):
        return None


def _said_by(*words: str) -> str:
    return subprocess.run(words, capture_output=True, text=True, check=True).stdout.strip()

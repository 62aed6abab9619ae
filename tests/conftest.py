"""Fixtures that several test files share: a small game, compiled once for all, and the command line, in this process or a new one."""

import contextlib
import gc
import io
import math
import os
import shutil
import subprocess
import sys
import threading
from pathlib import Path
from types import SimpleNamespace

import annotations  # noqa: F401 (before gantheory, whose annotations it has checked)
import jax
import jaxtyping
import numpy as np
import optax
import pytest
from jax._src.interpreters import mlir

import gantheory as gt
from gantheory import cli
from gantheory.game import losses
from gantheory.training import progress

CHROMIUM = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync"
).split()
PROGRAMS_A_CONTEXT = 200  # in which a context keeps their constants


def pytest_collection_finish():
    """Look for garbage less often, and never among what the imports made: JAX's traces are millions of objects, a tenth of the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)


@pytest.fixture(scope="session", autouse=True)
def compilation_cache(tmp_path_factory):
    """Processes started by tests share one compilation cache: the one set by scripts/test, otherwise a temporary one."""
    with pytest.MonkeyPatch.context() as patch:
        if "JAX_COMPILATION_CACHE_DIR" not in os.environ:
            patch.setenv("JAX_COMPILATION_CACHE_DIR", str(tmp_path_factory.mktemp("jax-cache")))
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))  # tests leave nothing in the user's
        patch.setattr(progress, "QUIET", math.inf)  # on a slow machine too, a command says nothing but what it ends with
        yield


class Contexts(threading.local):
    """What gives JAX the context in which it lowers a program: one of this thread's own, for many programs in turn."""

    def __init__(self, make):
        self.make, self.left, self.context = make, 0, None

    def __call__(self):
        if not self.left:
            self.left, self.context = PROGRAMS_A_CONTEXT, self.make()
        self.left -= 1
        return self.context


@pytest.fixture(scope="session", autouse=True)
def few_contexts():
    """To make a context takes longer than to lower a small program: a fifth of the time of tests that compile many."""
    with pytest.MonkeyPatch.context() as patch:
        if hasattr(mlir, "make_ir_context"):  # JAX's own; without it tests only take longer
            patch.setattr(mlir, "make_ir_context", Contexts(mlir.make_ir_context))
        yield


@pytest.fixture(scope="module", autouse=True)
def few_programs():
    """Clear JAX's caches in time: each compiled program takes a few memory maps, and Linux allows a process 65,530."""
    yield
    maps = Path("/proc/self/maps")
    if maps.exists() and maps.read_bytes().count(b"\n") > 20_000:
        jax.clear_caches()


@pytest.fixture(scope="session")
def small_game():
    """``gt.train``'s arguments for N(1, .5²) against z uniform on [-1, 1], networks of 8 units, k = 2."""
    key_g, key_d = jax.random.split(jax.random.key(5))
    return {
        "latent": gt.Uniform(-1.0, 1.0),
        "generator": gt.Generator(8, 1, key=key_g),
        "discriminator": gt.Discriminator(8, 1, key=key_d),
        "loss": losses.non_saturating,
        "optimizers": (optax.adam(1e-2, b1=0.5), optax.adam(5e-3, b1=0.5)),
        "k": 2,
        "batch": 64,
        "seed": 0,
    }


@pytest.fixture(scope="session")
def play(small_game):
    """A function that runs Algorithm 1 on the small game; keywords override its arguments."""

    def play(steps, measure_every, **changes):
        return gt.train(gt.Normal(1.0, 0.5), **small_game | changes, steps=steps, measure_every=measure_every)

    return play


@pytest.fixture(scope="session")
def run(play):
    return play(60, 10)


@pytest.fixture(scope="session")
def weights():
    """A function that returns the bytes of all arrays of modules."""
    return lambda *modules: [np.asarray(leaf).tobytes() for leaf in jax.tree.leaves(modules) if hasattr(leaf, "dtype")]


@pytest.fixture(scope="session")
def command():
    """A function that runs ``gantheory WORDS`` in this process and returns its exit code, stdout and stderr."""

    def command(*words):
        out, err, code = io.StringIO(), io.StringIO(), 0
        with pytest.MonkeyPatch.context() as patch, contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            patch.setattr(sys, "argv", ["gantheory", *map(str, words)])
            try:
                cli.main()
            except SystemExit as end:
                code = end.code or 0
        return SimpleNamespace(code=code, out=out.getvalue(), err=err.getvalue())

    return command


@pytest.fixture
def unchecked(monkeypatch):
    """Calls as users make them, whose annotations nothing checks before the library does."""
    monkeypatch.setattr(jaxtyping.config, "jaxtyping_disable", True)


@pytest.fixture(scope="session")
def new_process():
    """A function that runs a Python program in a process of its own and returns what it prints."""

    def new_process(program, *arguments, **environment):
        words = [sys.executable, "-c", program, *map(str, arguments)]
        done = subprocess.run(words, capture_output=True, text=True, timeout=120, env={**os.environ, **environment})
        assert done.returncode == 0, done.stderr
        return done.stdout

    return new_process


@pytest.fixture(scope="module")
def chromium():
    """A headless Chromium. Without one the tests are skipped, but fail in CI."""
    path = shutil.which("chromium")
    if path is None:
        if os.environ.get("GANTHEORY_TEST_ALL"):
            pytest.fail("Chromium is missing: apt-get install chromium.")
        pytest.skip("there is no Chromium: apt-get install chromium")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, headless=True, args=CHROMIUM)
        yield browser
        browser.close()

"""Compiled programs, kept in the user's cache from one call of the command to the next."""

import os
from contextlib import suppress

from gantheory.base.files import cache_folder, prune

MOST_KEPT = 512 * 2**20  # bytes


def keep_compiled_programs() -> None:
    """For this process and those that it starts, unless the user has said where."""
    import jax

    if jax.config.values["jax_compilation_cache_dir"]:
        return
    home = cache_folder() / "compiled"
    with suppress(OSError):
        home.mkdir(parents=True, exist_ok=True)
        prune(home, MOST_KEPT)
        # For this process, which has imported JAX, and for those that it starts.
        jax.config.update("jax_compilation_cache_dir", str(home))
        jax.config.update("jax_persistent_cache_min_compile_time_secs", 0.0)
        os.environ |= {"JAX_COMPILATION_CACHE_DIR": str(home), "JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS": "0"}

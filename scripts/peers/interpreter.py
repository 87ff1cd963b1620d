"""Says which Python runs it, whether its GIL is on, and how fast it is, as JSON.

    python3 interpreter.py
"""

import json
import platform
import sys
import sysconfig
import time


def counting(limit):
    for i in range(limit):
        pass


def adding(limit):
    count = 0
    for i in range(limit):
        count += i


def step(work):
    """The time of one step in seconds: the fastest of a few tries."""
    limit, times = 300_000, []
    for _ in range(4):
        start = time.perf_counter()
        work(limit)
        times.append(time.perf_counter() - start)
    return min(times) / limit


print(json.dumps({
    "executable": sys.executable,
    "implementation": platform.python_implementation(),
    "version": platform.python_version(),
    "free_threaded": bool(sysconfig.get_config_var("Py_GIL_DISABLED")),
    # Before 3.13, the GIL is always on.
    "gil": getattr(sys, "_is_gil_enabled", lambda: True)(),
    "counting": step(counting),
    "adding": step(adding),
}))

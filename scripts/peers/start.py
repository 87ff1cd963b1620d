"""Starts threads, processes or tasks, and waits for each before the next.

    python3 start.py threads|processes|tasks N
"""

import asyncio
import multiprocessing
import sys
import threading
import time

model, n = sys.argv[1], int(sys.argv[2])


def nothing():
    pass


async def no_task():
    pass


async def tasks():
    for _ in range(n):
        await asyncio.create_task(no_task())


if __name__ == "__main__":
    start = time.perf_counter()
    if model == "tasks":
        asyncio.run(tasks())
    else:
        one = threading.Thread if model == "threads" else multiprocessing.Process
        for _ in range(n):
            started = one(target=nothing)
            started.start()
            started.join()
    print(f"Started {n}")
    print(f"Time taken: {time.perf_counter() - start:.6f} seconds")

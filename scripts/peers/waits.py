"""Waits a second in many threads or tasks at the same time.

    python3 waits.py threaded|tasks N
"""

import asyncio
import sys
import threading
import time

model, n = sys.argv[1], int(sys.argv[2])


async def in_tasks():
    tasks = [asyncio.create_task(asyncio.sleep(1)) for _ in range(n)]
    for task in tasks:
        await task


def in_threads():
    threads = [threading.Thread(target=time.sleep, args=(1,)) for _ in range(n)]
    for i, thread in enumerate(threads, 1):
        try:
            thread.start()
        except RuntimeError as error:
            sys.exit(f"could not start thread {i} of {n}: {error}")
    for thread in threads:
        thread.join()


start = time.perf_counter()
if model == "tasks":
    asyncio.run(in_tasks())
else:
    in_threads()
print("All waits are finished")
print(f"Time taken: {time.perf_counter() - start:.6f} seconds")

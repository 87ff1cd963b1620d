"""Counts to a limit four times: one after the other, or in four threads.

    python3 counter.py sequential|threaded LIMIT
"""

import sys
import threading
import time


def counter(limit):
    for i in range(limit):
        pass


model, limit = sys.argv[1], int(sys.argv[2])
start = time.perf_counter()
if model == "threaded":
    threads = [threading.Thread(target=counter, args=(limit,)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
else:
    for _ in range(4):
        counter(limit)
finish = time.perf_counter()
print("All threads are finished")
print(f"Time taken: {finish - start:.6f} seconds")

"""Counts to a limit four times: one after the other, in threads or in processes.

    python3 counter.py sequential|threaded|processes LIMIT
"""

import multiprocessing
import sys
import threading
import time


def counter(limit):
    for i in range(limit):
        pass


if __name__ == "__main__":
    model, limit = sys.argv[1], int(sys.argv[2])
    start = time.perf_counter()
    if model == "sequential":
        for _ in range(4):
            counter(limit)
    else:
        one = threading.Thread if model == "threaded" else multiprocessing.Process
        started = [one(target=counter, args=(limit,)) for _ in range(4)]
        for each in started:
            each.start()
        for each in started:
            each.join()
    finish = time.perf_counter()
    print("All threads are finished")
    print(f"Time taken: {finish - start:.6f} seconds")

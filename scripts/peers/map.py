"""Adds up the numbers below a limit four times: in a loop, threads or a pool.

    python3 map.py sequential|threaded|pool LIMIT
"""

import multiprocessing
import sys
import threading
import time

model, limit = sys.argv[1], int(sys.argv[2])


def cpu_bound_task(x):
    count = 0
    for i in range(limit):
        count += i
    return count


def in_threads(inputs):
    results = [None] * len(inputs)

    def task(index):
        results[index] = cpu_bound_task(inputs[index])

    threads = [threading.Thread(target=task, args=(i,)) for i in range(len(inputs))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


if __name__ == "__main__":
    inputs = [1, 2, 3, 4]
    start = time.perf_counter()
    if model == "pool":
        with multiprocessing.Pool() as pool:
            results = pool.map(cpu_bound_task, inputs)
    elif model == "threaded":
        results = in_threads(inputs)
    else:
        results = [cpu_bound_task(x) for x in inputs]
    print(f"Time taken: {time.perf_counter() - start:.6f} seconds")
    print("Results:", results)

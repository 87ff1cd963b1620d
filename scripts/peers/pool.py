"""Uses multiprocessing.Pool and concurrent.futures, for comparison.

    python3 pool.py pool|futures cycles|inputs N [CHUNK_SIZE]

cycles: create a pool of 2, map 4 inputs, close it, N times.
inputs: map N inputs in a pool of 2 whose workers are running.
"""

import multiprocessing
import sys
import time
from concurrent.futures import ProcessPoolExecutor

library, case, n = sys.argv[1], sys.argv[2], int(sys.argv[3])
chunk_size = int(sys.argv[4]) if len(sys.argv) > 4 else None


def same(x):
    return x


def one_more(x):
    return x + 1


def make(workers):
    if library == "pool":
        return multiprocessing.Pool(workers)
    return ProcessPoolExecutor(workers)


def run(pool, task, inputs, size):
    if library == "pool":
        return pool.map(task, inputs, size)
    # Its only default is 1. Without a size, use the default of Pool.map.
    size = size or -(-len(inputs) // (4 * 2))
    return list(pool.map(task, inputs, chunksize=size))


def cycles():
    start = time.perf_counter()
    for _ in range(n):
        with make(2) as pool:
            assert run(pool, same, [1, 2, 3, 4], None) == [1, 2, 3, 4]
    finish = time.perf_counter()
    print(f"Started {n}")
    return finish - start


def inputs():
    numbers = range(n)
    with make(2) as pool:
        run(pool, one_more, range(4), 1)
        start = time.perf_counter()
        results = run(pool, one_more, numbers, chunk_size)
        finish = time.perf_counter()
    print(f"Sum: {sum(results)}")
    return finish - start


if __name__ == "__main__":
    taken = {"cycles": cycles, "inputs": inputs}[case]()
    print(f"Time taken: {taken:.6f} seconds")

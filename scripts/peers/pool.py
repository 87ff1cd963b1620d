"""Uses multiprocessing.Pool, for comparison.

    python3 pool.py pool cycles|inputs N [CHUNK_SIZE]

pool is the model, as in the rows of the tables.
cycles: create a pool of 2, map 4 inputs, close it, N times.
inputs: map N inputs in a pool of 2 whose workers are running.
"""

import multiprocessing
import sys
import time

case, n = sys.argv[2], int(sys.argv[3])
chunk_size = int(sys.argv[4]) if len(sys.argv) > 4 else None


def same(x):
    return x


def one_more(x):
    return x + 1


def cycles():
    start = time.perf_counter()
    for _ in range(n):
        with multiprocessing.Pool(2) as pool:
            assert pool.map(same, [1, 2, 3, 4]) == [1, 2, 3, 4]
    finish = time.perf_counter()
    print(f"Started {n}")
    return finish - start


def inputs():
    numbers = range(n)
    with multiprocessing.Pool(2) as pool:
        pool.map(one_more, range(4), 1)
        start = time.perf_counter()
        results = pool.map(one_more, numbers, chunk_size)
        finish = time.perf_counter()
    print(f"Sum: {sum(results)}")
    return finish - start


if __name__ == "__main__":
    taken = {"cycles": cycles, "inputs": inputs}[case]()
    print(f"Time taken: {taken:.6f} seconds")

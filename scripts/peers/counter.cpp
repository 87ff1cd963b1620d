// Counts to a limit four times: one after the other, or in four threads.
//
//     counter sequential|threaded LIMIT

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <thread>
#include <vector>

void counter(std::uint64_t limit) {
    for (std::uint64_t i = 0; i < limit; ++i) {
        // Without this, the optimizer removes the loop.
        asm volatile("" : : "r"(i) : "memory");
    }
}

int main(int argc, char** argv) {
    if (argc != 3) {
        std::fputs("usage: counter sequential|threaded LIMIT\n", stderr);
        return 2;
    }
    std::uint64_t limit = std::strtoull(argv[2], nullptr, 10);

    auto start = std::chrono::steady_clock::now();
    if (std::strcmp(argv[1], "threaded") == 0) {
        std::vector<std::thread> threads;
        for (int i = 0; i < 4; ++i) {
            threads.emplace_back(counter, limit);
        }
        for (auto& thread : threads) {
            thread.join();
        }
    } else {
        for (int i = 0; i < 4; ++i) {
            counter(limit);
        }
    }
    std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - start;

    std::puts("All threads are finished");
    std::printf("Time taken: %.6f seconds\n", elapsed.count());
    return 0;
}

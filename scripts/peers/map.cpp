// Adds up the numbers below a limit four times: in a loop or in threads.
//
//     map sequential|threaded LIMIT

#include <chrono>
#include <cinttypes>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <thread>
#include <vector>

std::uint64_t cpu_bound_task(std::uint64_t limit) {
    std::uint64_t count = 0;
    for (std::uint64_t i = 0; i < limit; ++i) {
        std::uint64_t x = i;
        // Without this, the optimizer replaces the loop by a formula.
        asm volatile("" : "+r"(x));
        count += x;
    }
    return count;
}

int main(int argc, char** argv) {
    if (argc != 3) {
        std::fputs("usage: map sequential|threaded LIMIT\n", stderr);
        return 2;
    }
    std::uint64_t limit = std::strtoull(argv[2], nullptr, 10);
    std::uint64_t results[4] = {};

    auto start = std::chrono::steady_clock::now();
    if (std::strcmp(argv[1], "threaded") == 0) {
        std::vector<std::thread> threads;
        for (auto& result : results) {
            threads.emplace_back([&result, limit] { result = cpu_bound_task(limit); });
        }
        for (auto& thread : threads) {
            thread.join();
        }
    } else {
        for (auto& result : results) {
            result = cpu_bound_task(limit);
        }
    }
    std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - start;

    std::printf("Time taken: %.6f seconds\n", elapsed.count());
    std::printf("Results: [%" PRIu64 ", %" PRIu64 ", %" PRIu64 ", %" PRIu64 "]\n", results[0],
                results[1], results[2], results[3]);
    return 0;
}

// Forks processes that end at once, and waits for them: the cost of the system
// itself.
//
//     bare_fork fork|two_forks N
//
// N times: one or two forks, and then a wait for each.

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <sys/wait.h>
#include <unistd.h>

int main(int argc, char** argv) {
    if (argc != 3) {
        std::fputs("usage: bare_fork fork|two_forks N\n", stderr);
        return 2;
    }
    long at_once = std::strcmp(argv[1], "two_forks") == 0 ? 2 : 1;
    long n = std::strtol(argv[2], nullptr, 10);

    auto start = std::chrono::steady_clock::now();
    for (long i = 0; i < n; ++i) {
        for (long j = 0; j < at_once; ++j) {
            pid_t pid = fork();
            if (pid < 0) {
                std::perror("could not fork");
                return 1;
            }
            if (pid == 0) {
                _exit(0);
            }
        }
        for (long j = 0; j < at_once; ++j) {
            int status = 0;
            if (wait(&status) < 0 || status != 0) {
                std::perror("could not wait");
                return 1;
            }
        }
    }
    std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - start;

    std::printf("Started %ld\n", n);
    std::printf("Time taken: %.6f seconds\n", elapsed.count());
    return 0;
}

#!/usr/bin/env bash
# Records the runs that the tests of the timeline look at, into this directory.
#
#     tests/timelines/record.sh [RECORDING]...
#
# Without an argument, it makes all of them. It needs an idle machine with two
# cores: if other programs use the cores, parallel threads look like threads that
# take turns. On a busy machine, root can run it with priority over the other
# programs:
#
#     setsid -w bash -c 'echo -20 >/proc/self/autogroup; tests/timelines/record.sh'
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)

# The download programs save into a temporary directory.
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cd "$scratch"
# A panic then prints no backtrace, which takes CPU time.
unset RUST_BACKTRACE

# A program, which gives the recording its name, and its arguments. `interrupt` may hold
# a command that ends the program early, with status 124.
interrupt=()
record() {
    case " $asked " in
        "  " | *" $1 "*) ;;
        *) return ;;
    esac
    "${interrupt[@]}" "$programs/timeline" --json "$here/$1.json" "$@" || [ $? = 124 ]
}

# The timeline finds the examples of the exercises like any other program.
manifest=$here/../../Cargo.toml
cargo build --release --workspace --bins --examples --manifest-path "$manifest"
programs=$(cargo run --release --quiet --manifest-path "$manifest" --bin where)
PATH=$programs/examples:$PATH

asked="$*"
record sequential_counter
record threaded_counter
record gil_counter --switch-interval 200ms
record sequential_map 1000000000
record threaded_map 1000000000
record pool_map 1000000000
record rayon_map 1000000000
record async_map 1000000000
record blocking_map 1000000000
record async_rayon_map 1000000000
record one_worker 1000000000
record one_input_panics 1000000000
for program in fetch_data fetch_data_awaited fetch_data_blocking downloads sequential_downloads \
    threaded_numbers process_numbers \
    threaded_workers async_semaphore threaded_queue process_queue async_queue \
    threaded_results process_results async_results threaded_failure process_failure async_failure \
    threaded_timeout process_timeout blocking_timeout shared_arc shared_rc async_echo \
    threaded_deadlock full_pipe async_deadlock \
    joined_at_once one_lock one_blocks one_awaited one_connection; do
    record "$program"
done
# Ctrl-C after 1.5 s, while the programs work on items.
interrupt=(timeout --signal=INT 1.5)
for program in threaded_shutdown process_shutdown async_shutdown; do
    record "$program"
done

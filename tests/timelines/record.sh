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

# A recording's name, and the program with its arguments.
record() {
    local name=$1
    shift
    case " $asked " in
        "  " | *" $name "*) ;;
        *) return ;;
    esac
    "$here/../../scripts/timeline.sh" --json "$here/$name.json" "$@"
}

# timeline.sh finds the examples of the exercises like any other program.
manifest=$here/../../Cargo.toml
cargo build --release --workspace --examples --manifest-path "$manifest"
programs=$(cargo run --release --quiet --manifest-path "$manifest" --bin where)
PATH=$programs/examples:$PATH

asked="$*"
record sequential_counter sequential_counter
record threaded_counter threaded_counter
record gil_counter gil_counter --switch-interval 200ms
record sequential_map sequential_map 1000000000
record threaded_map threaded_map 1000000000
record pool_map pool_map 1000000000
record async_map async_map 1000000000
record blocking_map blocking_map 1000000000
record fetch_data fetch_data
record fetch_data_awaited fetch_data_awaited
record fetch_data_blocking fetch_data_blocking
record threaded_workers threaded_workers
record async_semaphore async_semaphore
record downloads downloads
record sequential_downloads sequential_downloads
record joined_at_once joined_at_once
record one_lock one_lock
record one_worker one_worker 1000000000
record one_blocks one_blocks
record one_awaited one_awaited
record one_connection one_connection

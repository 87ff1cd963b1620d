#!/usr/bin/env bash
# Runs any program unchanged, watches it from outside, and draws which of its
# threads, processes and tasks ran when.
#
#     scripts/timeline.sh [--svg FILE] [--json FILE] PROGRAM [ARGUMENTS]...
#
# Everything is said by: scripts/timeline.sh --help
set -euo pipefail

if [ "$(uname -s)" != Linux ]; then
    echo "timeline: only Linux tells who is on a core when, and this is $(uname -s)" >&2
    exit 1
fi
root=$(cd "$(dirname "$0")/.." && pwd)

# Nothing is built while the program runs, which runs where the reader is.
(cd "$root" && cargo build --release --workspace)
exec "$root/target/release/timeline" "$@"

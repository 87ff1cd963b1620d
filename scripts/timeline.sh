#!/usr/bin/env bash
# Runs any program unchanged, watches it from outside, and draws which of its
# threads, processes and tasks ran when.
#
#     scripts/timeline.sh [--svg FILE] [--trace FILE] PROGRAM [ARGUMENTS]...
#
# All options: scripts/timeline.sh --help
set -euo pipefail

if [ "$(uname -s)" != Linux ]; then
    echo "timeline: needs Linux, because it reads /proc; this system is $(uname -s)" >&2
    exit 1
fi
manifest=$(cd "$(dirname "$0")/.." && pwd)/Cargo.toml

# Build first. The program then runs in the directory of the caller.
cargo build --release --workspace --manifest-path "$manifest"
programs=$(cargo run --release --quiet --manifest-path "$manifest" --bin where)
exec "$programs/timeline" "$@"

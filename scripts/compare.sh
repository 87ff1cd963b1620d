#!/usr/bin/env bash
# Builds the release programs and runs them side by side.
#
#     scripts/compare.sh [SECTION]...
#     scripts/compare.sh PROGRAM PROGRAM... [-- ARGUMENT...]
#
# Everything is said by: scripts/compare.sh --help
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)

# Help comes from the measuring itself and needs none of the programs.
what=()
for argument in "$@"; do
    case $argument in
        --) break ;;
        -h | --help) what=(--bin measure) ;;
    esac
done

# Nothing is built once the measuring has begun. The caller's directory stays
# what it is for the files and the paths that are named on the command line.
(cd "$root" && cargo build --release --workspace --target-dir "$root/target" "${what[@]}")
exec "$root/target/release/measure" compare "$@"

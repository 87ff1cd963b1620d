#!/usr/bin/env bash
# Builds the release programs and runs them side by side.
#
#     scripts/compare.sh [SECTION]...
#     scripts/compare.sh PROGRAM PROGRAM... [-- ARGUMENT...]
#
# All options: scripts/compare.sh --help
set -euo pipefail
manifest=$(cd "$(dirname "$0")/.." && pwd)/Cargo.toml

# The help needs only the program `compare`, so the others are not built.
what=()
for argument in "$@"; do
    case $argument in
        --) break ;;
        -h | --help) what=(--bin compare --bin where) ;;
    esac
done

# Build everything before measuring. Cargo says where the programs are. The
# directory does not change, because paths on the command line are relative to it.
cargo build --release --workspace --manifest-path "$manifest" "${what[@]}"
programs=$(cargo run --release --quiet --manifest-path "$manifest" --bin where)
exec "$programs/compare" "$@"

#!/usr/bin/env bash
# Builds the release programs and runs them side by side.
#
#     scripts/compare.sh [SECTION]...
#     scripts/compare.sh PROGRAM PROGRAM... [-- ARGUMENT...]
#
# All options: scripts/compare.sh --help
set -euo pipefail
manifest=$(cd "$(dirname "$0")/.." && pwd)/Cargo.toml

# Help comes from the measuring itself and needs none of the programs.
what=()
for argument in "$@"; do
    case $argument in
        --) break ;;
        -h | --help) what=(--bin compare --bin where) ;;
    esac
done

# Nothing is built once the measuring has begun. Cargo says where the programs
# are. The caller's directory stays what it is, for the paths on the command line.
cargo build --release --workspace --manifest-path "$manifest" "${what[@]}"
programs=$(cargo run --release --quiet --manifest-path "$manifest" --bin where)
exec "$programs/compare" "$@"

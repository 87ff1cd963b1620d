#!/usr/bin/env bash
# Builds the release programs and runs them side by side.
#
#     scripts/compare.sh [--quick] [WORKLOAD]...
#
# Everything is said by: scripts/compare.sh --help
set -euo pipefail
cd "$(dirname "$0")/.."

# Nothing is built once the measuring has begun.
cargo build --release --workspace
exec target/release/measure compare "$@"

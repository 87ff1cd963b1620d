#!/usr/bin/env bash
# Records the output of the commands in the README files anew, or checks it.
#
#     scripts/record.sh [--check]
#
# Everything is said by: scripts/record.sh --help
set -euo pipefail
cd "$(dirname "$0")/.."

cargo build --workspace --quiet
exec cargo run --quiet --package measure --bin record -- "$@"

#!/usr/bin/env bash
# Records again what the README files show, or checks it: output of commands,
# tables, pictures.
#
#     scripts/record.sh [--check]
#
# All options: scripts/record.sh --help
set -euo pipefail
cd "$(dirname "$0")/.."

cargo build --workspace --quiet
exec cargo run --quiet --bin record -- "$@"

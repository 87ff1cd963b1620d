#!/usr/bin/env bash
# Builds a CPython from its sources whose GIL can be switched off.
#
#     scripts/peers/build_free_threaded.sh SOURCE PREFIX
#
# SOURCE is an unpacked source package of CPython 3.13 or newer; it stays as it is.
# The interpreter is then PREFIX/bin/python3.Nt. The build takes about 4 minutes on two cores.
set -euo pipefail

if [ "$#" -ne 2 ] || [ ! -x "$1/configure" ]; then
    echo "usage: build_free_threaded.sh SOURCE PREFIX (SOURCE has a configure script)" >&2
    exit 2
fi
source=$(cd "$1" && pwd)
mkdir -p "$2"
prefix=$(cd "$2" && pwd)
build=$(mktemp -d)
trap 'rm -rf "$build"' EXIT

cd "$build"
# Without pip: the programs need only the standard library.
"$source/configure" --quiet --disable-gil --without-ensurepip --prefix="$prefix"
make --quiet -j "$(nproc)" >"$build/log"
make --quiet install >>"$build/log"
ls "$prefix"/bin/python3.*t

#!/usr/bin/env bash
# systemd_units_test.sh BUILD_DIR
#
# Installs into a scratch directory and checks what is there: programs, configuration, and units that
# systemd accepts, that name the installed paths and that are sandboxed to 2.0 or better.
# Exit code 77 (skipped) without systemd-analyze.
set -euo pipefail

build_dir=$(cd "${1:?the build directory is needed}" && pwd)
source_dir=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
command -v systemd-analyze >/dev/null || { echo "systemd-analyze is not installed"; exit 77; }

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
threshold=20 # systemd-analyze counts in tenths

fail() { echo "FAILED: $*" >&2; exit 1; }
expect_file() { [[ -e $1 ]] || fail "$1 is not installed"; }
expect_line() { grep -qxF -- "$2" "$1" || fail "$1 lacks the line $2"; }

# install_to DESTDIR PREFIX
install_to() { DESTDIR=$1 cmake --install "$build_dir" --prefix "$2" >"$scratch/log" || fail "$(cat "$scratch/log")"; }

check_own_prefix() {
    local prefix=$scratch/opt unit
    local units=$prefix/lib/systemd/system
    install_to "" "$prefix"
    expect_file "$prefix/bin/ringway-proxy"
    expect_file "$prefix/bin/ringway-backend"
    expect_line "$units/ringway-proxy.service" \
        "ExecStart=$prefix/bin/ringway-proxy --config $prefix/etc/ringway/proxy.toml"
    expect_line "$units/ringway-backend@.service" \
        "ExecStart=$prefix/bin/ringway-backend --config $prefix/etc/ringway/backend-%i.toml"
    for unit in ringway-proxy.service ringway-backend@a1.service; do
        systemd-analyze verify --man=no --recursive-errors=no "$units/$unit" 2>"$scratch/log" ||
            fail "systemd-analyze verify $unit: $(cat "$scratch/log")"
        [[ ! -s $scratch/log ]] || fail "systemd-analyze verify $unit: $(cat "$scratch/log")"
    done
    for unit in ringway-proxy.service ringway-backend@.service; do
        systemd-analyze security --offline=true --no-pager --threshold=$threshold "$units/$unit" \
            >"$scratch/log" || fail "$(cat "$scratch/log")"
        tail -n 1 "$scratch/log"
    done
}

check_every_configuration() {
    local file
    for file in "$source_dir"/conf/*.toml; do
        expect_file "$1/etc/ringway/$(basename "$file")"
    done
}

check_usr_prefix() {
    local root=$scratch/root
    install_to "$root" /usr
    check_every_configuration "$root"
    expect_line "$root/usr/lib/systemd/system/ringway-proxy.service" \
        "ExecStart=/usr/bin/ringway-proxy --config /etc/ringway/proxy.toml"
    echo "# changed here" >>"$root/etc/ringway/proxy.toml"
    install_to "$root" /usr
    expect_line "$root/etc/ringway/proxy.toml" "# changed here"
}

check_own_prefix
check_every_configuration "$scratch/opt"
check_usr_prefix
echo "the units and the installation are well"

# shellcheck shell=bash disable=SC2034
# The Debian packages that Ringway needs, and how they get onto the machine. Source after common.sh.
#
# An entry is a package, or alternatives in order of preference: "clang-19|clang". An alternative may ask
# for a version: "libboost-dev>=1.81".

BUILD_PACKAGES=(g++ cmake ninja-build ccache pkg-config
    "libboost1.81-dev|libboost-dev>=1.81"
    "libboost-program-options1.81-dev|libboost-program-options-dev>=1.81"
    "libboost-test1.81-dev|libboost-test-dev>=1.81"
    libspdlog-dev libfmt-dev libtomlplusplus-dev libxxhash-dev libssl-dev libsystemd-dev zlib1g-dev)
RUN_PACKAGES=(netcat-openbsd redis-tools)
TEST_PACKAGES=(redis-server redis-tools memcached netcat-openbsd telnet python3 python3-redis nutcracker
    haproxy iproute2 strace systemd)
LINT_PACKAGES=("clang-19|clang" "clang-format-19|clang-format" "clang-tidy-19|clang-tidy" python3)

NEEDED_BY_HAND="a C++20 compiler, CMake 3.25, Ninja, pkg-config, Boost 1.81 (program_options, test), \
spdlog, fmt, toml++ 3, xxHash, OpenSSL 3, libsystemd, zlib"

# The version of a package that is wholly installed, or nothing.
installed_version() {
    local state version
    read -r state version < <(dpkg-query -W -f='${db:Status-Status} ${Version}\n' "$1" 2>/dev/null) || true
    [[ ${state:-} == installed ]] && say "$version"
}

entry_satisfied() {
    local alternatives alternative version
    IFS='|' read -ra alternatives <<<"$1"
    for alternative in "${alternatives[@]}"; do
        version=$(installed_version "${alternative%%>=*}") || continue
        [[ $alternative != *">="* ]] && return 0
        dpkg --compare-versions "$version" ge "${alternative#*>=}" && return 0
    done
    return 1
}

# ensure_packages ENTRY...: installs what is missing, or exits 2 with the command to type.
ensure_packages() {
    if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
        [[ ${told_by_hand:-} ]] || say "No apt on this system; needed are: $NEEDED_BY_HAND."
        told_by_hand=yes
        return 0
    fi
    local entry missing=() installer=(bash "$ROOT/scripts/lib/apt_install.sh")
    for entry in "$@"; do
        entry_satisfied "$entry" || missing+=("$entry")
    done
    ((${#missing[@]})) || return 0
    say "Missing, to be installed with apt-get: ${missing[*]%%|*}"
    if [[ " ${missing[*]}" == *" libboost"* ]] && installed_version libboost1.74-dev >/dev/null; then
        say "libboost1.74-dev cannot stay beside libboost1.81-dev: apt-get replaces it."
    fi
    if ((EUID == 0)); then
        "${installer[@]}" "${missing[@]}"
    elif command -v sudo >/dev/null && { [[ -t 0 ]] || sudo -n true 2>/dev/null; }; then
        say "sudo may ask for your password."
        sudo "${installer[@]}" "${missing[@]}"
    else
        complain "installing needs root; type as root, then start again:"
        say "  apt-get update && apt-get install -y --no-install-recommends ${missing[*]%%|*}" >&2
        exit 2
    fi || die 2 "apt-get could not install: ${missing[*]%%|*}"
}

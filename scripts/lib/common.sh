# shellcheck shell=bash
# Shared by the scripts of this folder: where the project is, how to speak, how many jobs to run.
# Source it; it sets ROOT and changes into it.

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
cd "$ROOT" || exit 1

say() { printf '%s\n' "$*"; }
complain() { printf '%s: %s\n' "${0##*/}" "$*" >&2; }
die() { complain "$2"; exit "$1"; }

# The comment at the head of the script is its help.
print_help() { sed -n '2,/^[^#]/{s/^# \{0,1\}//p;}' "$0"; }

# Bytes that new processes may take: what the machine has free, or less where a control group says so.
available_memory() {
    local free limit used
    free=$(awk '/^MemAvailable:/ {print $2 * 1024}' /proc/meminfo 2>/dev/null || true)
    limit=$(cat /sys/fs/cgroup/memory.max 2>/dev/null || true)
    used=$(cat /sys/fs/cgroup/memory.current 2>/dev/null || true)
    if [[ $limit =~ ^[0-9]+$ && $used =~ ^[0-9]+$ ]] && ((limit - used < ${free:-limit})); then
        free=$((limit - used))
    fi
    printf '%.0f\n' "${free:-0}"
}

# Compiler processes at once: one a core, and 1.5 GB for each.
job_count() {
    local cores by_memory
    cores=$(nproc 2>/dev/null || getconf _NPROCESSORS_ONLN)
    by_memory=$(($(available_memory) / 1500000000))
    ((by_memory < 1)) && by_memory=1
    say $((cores < by_memory ? cores : by_memory))
}

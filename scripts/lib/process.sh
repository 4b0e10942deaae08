# shellcheck shell=bash
# The processes that scripts/run starts: one file RUN_DIR/<name>.pid each, with the lines pid, birth,
# address, configuration file. Source after common.sh and set RUN_DIR.

# What tells a process from a later one with the same pid: the boot and the start time within it.
# Fails for a process that has ended, also when nobody has collected its status.
birth_of() {
    local stat fields
    stat=$(cat "/proc/$1/stat" 2>/dev/null) || return 1
    read -ra fields <<<"${stat##*) }"
    [[ ${fields[0]} != [ZX] ]] || return 1
    say "$(</proc/sys/kernel/random/boot_id) ${fields[19]}"
}

# field_of NAME pid|birth|address|config
field_of() {
    local lines line
    case $2 in pid) line=0 ;; birth) line=1 ;; address) line=2 ;; config) line=3 ;; esac
    mapfile -t lines 2>/dev/null <"$RUN_DIR/$1.pid" || return 1
    say "${lines[line]:-}"
}

started_names() {
    local file
    for file in "$RUN_DIR"/*.pid; do
        [[ -e $file ]] && basename "$file" .pid
    done
    return 0
}

is_running() {
    local pid birth
    pid=$(field_of "$1" pid 2>/dev/null) && [[ $pid ]] || return 1
    birth=$(birth_of "$pid") || return 1
    [[ $birth == "$(field_of "$1" birth)" ]]
}

running_names() {
    local name
    for name in $(started_names); do
        is_running "$name" && say "$name"
    done
    return 0
}

# start_process NAME ADDRESS PROGRAM CONFIG: starts it apart from the terminal, logging to NAME.log.
start_process() {
    setsid "$3" --config "$4" </dev/null >"$RUN_DIR/$1.log" 2>&1 9>&- &
    local pid=$!
    printf '%s\n' "$pid" "$(birth_of "$pid" || say gone)" "$2" "$4" >"$RUN_DIR/$1.pid"
}

# stop_processes NAME...: SIGTERM to all, SIGKILL to those that are still there 15 s later.
stop_processes() {
    local name waited left
    for name in "$@"; do
        is_running "$name" && kill -TERM "$(field_of "$name" pid)" 2>/dev/null
    done
    for ((waited = 0; waited < 150; waited++)); do
        left=()
        for name in "$@"; do
            is_running "$name" && left+=("$name")
        done
        ((${#left[@]})) || break
        sleep 0.1
    done
    for name in "${left[@]}"; do
        complain "$name did not end within 15 s of SIGTERM and is killed"
        is_running "$name" && kill -KILL "$(field_of "$name" pid)" 2>/dev/null
    done
    for name in "$@"; do
        rm -f "$RUN_DIR/$name.pid"
    done
}

# The proxy first: it finishes what it has accepted while the backends still answer.
stop_all() {
    local name backends=()
    for name in $(started_names); do
        [[ $name == proxy ]] || backends+=("$name")
    done
    stop_processes proxy
    stop_processes "${backends[@]}"
}

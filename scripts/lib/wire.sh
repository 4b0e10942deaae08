# shellcheck shell=bash
# Talking to a port with nothing but bash. An address is "host:port" as in the configuration.

# dial_host ADDRESS: the host to connect to; a wildcard is reached over loopback.
dial_host() {
    local host=${1%:*}
    host=${host#[}
    host=${host%]}
    case $host in
        '' | 0.0.0.0 | '*') host=127.0.0.1 ;;
        ::) host=::1 ;;
    esac
    printf '%s\n' "$host"
}

# ask ADDRESS REPLY_LINES COMMAND...: sends the lines, prints that many lines of reply.
# Fails when nothing listens or a line does not come within a second.
ask() (
    address=$1 count=$2
    shift 2
    exec 2>/dev/null 3<>"/dev/tcp/$(dial_host "$address")/${address##*:}" || exit 1
    printf '%s\r\n' "$@" >&3 || exit 1
    for ((i = 0; i < count; i++)); do
        IFS= read -r -t 1 line <&3 || exit 1
        printf '%s\n' "${line%$'\r'}"
    done
)

answers_ping() { [[ $(ask "$1" 1 PING) == +PONG ]]; }

# serves_values ADDRESS: eight keys, enough to meet every pair, are written, read back and deleted.
serves_values() {
    local i key
    for i in 1 2 3 4 5 6 7 8; do
        key=ringway:check:$$:$i
        [[ $(ask "$1" 4 "SET $key $i EX 10" "GET $key" "DEL $key") == "+OK"$'\n$1\n'"$i"$'\n:1' ]] || return 1
    done
}

is_taken() { (exec 3<>"/dev/tcp/$(dial_host "$1")/${1##*:}") 2>/dev/null; }

# holder_of ADDRESS: " by NAME (pid N)" when the system tells, else nothing.
holder_of() {
    local users
    users=$(ss -Hltnp "sport = :${1##*:}" 2>/dev/null) || return 0
    if [[ $users =~ users:\(\(\"([^\"]+)\",pid=([0-9]+) ]]; then
        printf ' by %s (pid %s)\n' "${BASH_REMATCH[1]}" "${BASH_REMATCH[2]}"
    fi
}

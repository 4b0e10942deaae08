#!/usr/bin/env bash
# apt_install.sh ENTRY...: installs packages as root (entries as in packages.sh).
# redis-server, memcached, nutcracker and haproxy come for tests, which start their own: no service of theirs is
# started or enabled here, and one that was there before is left as it is.
set -euo pipefail
export DEBIAN_FRONTEND=noninteractive LC_ALL=C

policy=/usr/sbin/policy-rc.d
log=$(mktemp)
made_policy=
clean_up() {
    rm -f "$log"
    if [[ $made_policy ]]; then rm -f "$policy"; fi
}
trap clean_up EXIT

if [[ ! -e $policy && ! -L $policy ]]; then
    made_policy=yes
    cat >"$policy" <<'END'
#!/bin/sh
case "$1" in redis-server*|memcached*|nutcracker*|haproxy*) exit 101 ;; esac
exit 0
END
    chmod 755 "$policy"
fi

# Shows the output of a command only when it fails.
quietly() {
    if ! "$@" >"$log" 2>&1 </dev/null; then
        tail -n 30 "$log" >&2
        return 1
    fi
}

# apt-get waits for another one that is at work (the daily update of a fresh machine).
apt=(apt-get -o DPkg::Lock::Timeout=300)
echo "apt-get update ..."
quietly "${apt[@]}" update

known() { [[ $(apt-cache policy "$1" 2>/dev/null) == *"Candidate: "[!\(]* ]]; }

names=()
for entry in "$@"; do
    IFS='|' read -ra alternatives <<<"$entry"
    chosen=${alternatives[0]}
    for alternative in "${alternatives[@]}"; do
        if known "${alternative%%>=*}"; then chosen=${alternative%%>=*}; break; fi
    done
    names+=("$chosen")
done

services=()
for service in redis-server memcached nutcracker haproxy; do
    if [[ " ${names[*]} " == *" $service "* ]]; then services+=("$service"); fi
done

echo "apt-get install ${names[*]} ..."
quietly "${apt[@]}" install -y --no-install-recommends "${names[@]}"
if ((${#services[@]})) && [[ -d /run/systemd/system ]]; then
    systemctl disable --quiet "${services[@]}" 2>/dev/null || true
    echo "The services ${services[*]} are installed but neither started nor enabled."
fi

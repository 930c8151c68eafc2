# Shared by the `run` scripts of the examples; sourced, never run. Each example plays in private namespaces: its network
# interfaces exist nowhere else, and go with it. Programs die with the script that started them, even after kill -9.
# shellcheck shell=bash

PATH=$PATH:/usr/sbin:/sbin
examples=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
weft=$(dirname -- "$examples")/weft

# Every example takes --install first: install what it needs and does not find.
install=
if [[ ${1:-} == --install ]]; then
    install=1
    shift
fi

shopt -s extglob

say() { printf '\n\033[1m%s\033[0m\n' "$*" | if [[ -t 1 ]]; then cat; else sed 's/\x1b\[[0-9]*m//g'; fi; }

die() {
    printf '%s: %s\n' "${example:-example}" "$1" >&2
    shift
    (($# == 0)) || printf '  %s\n' "$@" >&2
    exit 1
}

# need PROGRAM PACKAGE ...: installs what is missing where that was asked for, else names it all and ends.
need() {
    local programs=() packages=()
    while (($#)); do
        command -v "$1" >/dev/null || { programs+=("$1") && packages+=("$2"); }
        shift 2
    done
    ((${#programs[@]})) || return 0
    [[ -n $install ]] || die "missing: ${programs[*]}" "Debian: sudo apt-get install ${packages[*]}" \
        "or let it be installed: ./weft example $example --install"
    echo "installing ${packages[*]}" >&2
    if [[ -r ${weft%/*}/.ci/install ]]; then
        bash "${weft%/*}/.ci/install" "${packages[@]}" >/dev/null
    else # in the Debian package
        DEBIAN_FRONTEND=noninteractive apt-get -q -y install --no-install-recommends "${packages[@]}" >/dev/null </dev/null
    fi
}

# Starts the script over, with its arguments, inside namespaces of its own: as root plainly, else in a user namespace
# in which it is root. With `--pid` first also in one for processes: daemons it starts die with it, too.
enter_private_namespaces() {
    local flags=(--net --mount)
    if [[ ${1:-} == --pid ]]; then
        flags+=(--pid --fork --kill-child=KILL --mount-proc)
        shift
    fi
    [[ -z ${WEFT_EXAMPLE_PRIVATE:-} ]] || return 0
    ((EUID == 0)) || flags+=(--user --map-root-user)
    unshare "${flags[@]}" true 2>/dev/null \
        || die "this needs root, or user namespaces for everybody, and has neither" \
            "run it as root, or allow them: sysctl kernel.unprivileged_userns_clone=1" \
            "(Ubuntu: sysctl kernel.apparmor_restrict_unprivileged_userns=0)"
    WEFT_EXAMPLE_PRIVATE=$$ exec unshare "${flags[@]}" -- "$0" "$@"
}

# Removes what examples left that were killed: their folders are named after their process.
sweep() {
    local folder process
    for folder in "${TMPDIR:-/tmp}"/weft-example.*.??????; do
        process=${folder%.*}
        process=${process##*.}
        [[ ! -O $folder || $process != +([0-9]) || -d /proc/$process ]] || rm -rf "$folder"
    done
}

# A folder for sockets and state, and /run as a private tmpfs: `ip netns` keeps its names there.
prepare() {
    declare -gA switch=()
    work=$(mktemp -d "${TMPDIR:-/tmp}/weft-example.${WEFT_EXAMPLE_PRIVATE:-$$}.XXXXXX")
    pids=()
    trap finish EXIT
    trap 'exit 130' INT
    trap 'exit 143' TERM
    export WEFT_CONTROL=unix:$work/weft.sock
    export WEFT_RESIDENT=0
    if [[ -n ${WEFT_EXAMPLE_PRIVATE:-} ]]; then
        mount -t tmpfs -o mode=755 weft-example /run
        mkdir /run/weft
        ip link set dev lo up
    fi
}

finish() {
    local status=$?
    trap - EXIT INT TERM
    if ((${#pids[@]})); then
        kill "${pids[@]}" 2>/dev/null || true
        wait "${pids[@]}" 2>/dev/null || true
    fi
    if ((status != 0)) && [[ -s $work/weft.log ]]; then
        echo "--- what weft said:" >&2
        tail -n 20 "$work"/weft*.log >&2
    fi
    rm -rf "$work"
    exit "$status"
}

# spawn COMMAND...: in the background, until the script ends.
spawn() {
    setpriv --pdeathsig KILL -- "$@" <&0 &
    pids+=($!)
}

# kill_now PID: of a spawned program, as `kill -9` does, and waits for it.
kill_now() {
    local pid rest=()
    kill -KILL "$1"
    wait "$1" 2>/dev/null || true
    for pid in "${pids[@]}"; do [[ $pid == "$1" ]] || rest+=("$pid"); done
    pids=("${rest[@]}")
}

# guest NAME CIDR MAC: a namespace with one interface, eth0; its cable ends in this namespace as NAME.
guest() {
    ip netns add "$1"
    ip link add name "$1" type veth peer name eth0 address "$3" netns "$1"
    ip link set dev "$1" up
    in_guest "$1" ip link set dev lo up
    in_guest "$1" ip link set dev eth0 up
    in_guest "$1" ip address add "$2" dev eth0
}

# in_guest NAME COMMAND...  (not `ip netns exec`: that mounts /sys anew, which not every container allows)
in_guest() {
    local name=$1
    shift
    nsenter --net="/run/netns/$name" -- "$@"
}

# start_switch FILE [NAMESPACE]: `weft up`, here or in a guest's namespace; returns when it has said ready. Its process is
# ${switch[weft]}, or ${switch[weft-NAMESPACE]}.
start_switch() {
    local file=$1 place=${2:-} enter=()
    local name=weft${place:+-$place}
    [[ -z $place ]] || enter=(nsenter --net="/run/netns/$place" --)
    echo "\$ ./weft up -f ${file#"${weft%/*}/"}"
    spawn "${enter[@]}" "$weft" up -f "$file" --data "$work/$name" --control "unix:$work/$name.sock" \
        >"$work/$name.out" 2>"$work/$name.log" </dev/null
    switch[$name]=${pids[-1]}
    for _ in {1..600}; do
        if grep -qsx ready "$work/$name.out"; then
            echo ready
            return
        fi
        kill -0 "${pids[-1]}" 2>/dev/null || die "weft up ended before it was ready"
        pause 0.1
    done
    die "weft up was not ready within a minute"
}

# In the first of its namespaces a script sees every process.
[[ -n ${WEFT_EXAMPLE_PRIVATE:-} ]] || sweep

# pause SECONDS, without a program.
pause() { read -r -t "$1" <> <(:) || true; }

# Shows a weft command as one would type it, and runs it.
show() {
    echo "\$ ./weft $*"
    "$weft" "$@"
}

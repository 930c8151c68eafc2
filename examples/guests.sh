# Virtual machines under QEMU's own emulation, for the `run` scripts of the examples; sourced after lib.sh. Each machine
# serves a control channel of lines, see guest/init, here two pipes.
# shellcheck shell=bash

# A machine's memory, in what it is told here and what its port's arguments say.
memory=96M
declare -A input output machine

# channel NAME: makes the pipes NAME.in and NAME.out of a machine, once, and opens them.
channel() {
    local in out
    [[ -z ${input[$1]:-} ]] || return 0
    mkfifo "$work/$1.in" "$work/$1.out"
    exec {in}<>"$work/$1.in" {out}<>"$work/$1.out"
    input[$1]=$in output[$1]=$out
}

# boot NAME CIDR: starts the machine of the port NAME, with exactly the arguments that `weft guest` prints for it. Without
# KVM (--tcg), so that it runs anywhere.
boot() {
    local name=$1 arguments
    channel "$name"
    mapfile -t arguments < <("$weft" guest qemu "$name" --memory "$memory" --tcg --lines)
    ((${#arguments[@]})) || die "weft guest printed nothing for $name"
    spawn qemu-system-x86_64 -M pc -accel tcg -nodefaults -no-user-config -display none -no-reboot \
        -kernel "$image/vmlinuz" -initrd "$image/initramfs.gz" -append "$(kernel_arguments "$name" "$2")" \
        -serial "file:$work/$name.console" -device virtio-serial-pci -chardev stdio,id=control,signal=off \
        -device virtserialport,chardev=control,name=weft.control -global virtio-net-pci.romfile= \
        "${arguments[@]}" <"$work/$name.in" >"$work/$name.out" 2>"$work/$name.qemu"
    machine[$name]=${pids[-1]}
}

kernel_arguments() { echo "console=ttyS0 quiet panic=-1 weft.name=$1 weft.ip=$2"; }

# ask NAME SHELL-COMMAND: runs it in the machine, prints what it printed, returns its status.
ask() {
    local status text
    printf '1 %s\n' "$(base64 -w 0 <<<"$2")" >&"${input[$1]}"
    read -r -t 60 -u "${output[$1]}" _ status text || die "$1 does not answer" "$(tail -n 5 "$work/$1".{console,qemu})"
    base64 -d <<<"$text"
    return "$status"
}

# send_checked FROM ADDRESS: two megabytes over TCP; fails unless the SHA-256 there is the one here.
send_checked() {
    local digests
    digests=$(ask "$1" "dd if=/dev/urandom of=/tmp/payload bs=1k count=2000 2>/dev/null; sha256sum </tmp/payload; nc $2 5001 </tmp/payload")
    echo "$digests"
    [[ $(sort -u <<<"$digests" | wc -l) == 1 && $(wc -l <<<"$digests") == 2 ]] || die "what arrived is not what was sent"
}

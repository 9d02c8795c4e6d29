#!/bin/sh
# Runs a real systemd as process 1 of private namespaces, so that tests can use systemctl and dpkg without changing the
# machine. It ends with its standard input.
#
#   systemd-namespace.sh [--private-network] DIRECTORY [PATH ...]
#
# DIRECTORY   an empty directory: gets the file "pid" when systemd runs, and "console" with what systemd writes
# PATH ...    directories that are empty in the namespace, for example /usr/lib/jvm for a machine without Java
#
# The root is an overlay over the root of the machine: what is written there is in memory and gone at the end. /tmp and
# /run are empty at first. The network is shared, so that programs inside reach those outside by the loopback
# interface. With --private-network there is only a loopback interface of its own, so that all ports are free. Nothing of the machine's own services starts: its units are there, but no target wants them.
#
# Exit status: 0 after the end of standard input, 1 if systemd did not start; the reason is on standard error.
set -eu

fail() {
    printf 'systemd-namespace: %s\n' "$1" >&2
    exit 1
}

# The second half: in the namespaces, before systemd.
# ROOT is the directory of the new root, an empty directory of the machine.
enter_root() {
    ROOT=$work/root
    mount --make-rprivate /
    mount -t tmpfs -o mode=755 tmpfs "$ROOT"
    mkdir "$ROOT/upper" "$ROOT/work" "$ROOT/all" "$ROOT/devices" "$ROOT/devices/upper" "$ROOT/devices/work"
    mount -t overlay -o "lowerdir=/,upperdir=$ROOT/upper,workdir=$ROOT/work" overlay "$ROOT/all"
    new=$ROOT/all
    # Other file systems of the machine below the root, so that a source tree or a repository there can be read.
    while read -r _ _ _ _ place _; do
        case $place in
            / | /proc | /proc/* | /sys | /sys/* | /dev | /dev/* | /run | /run/* | /tmp | /tmp/* | "$work"*) ;;
            *) [ ! -d "$new$place" ] || mount --bind -o ro "$place" "$new$place" 2>/dev/null || true ;;
        esac
    done </proc/self/mountinfo
    mount -t proc -o nosuid,nodev,noexec proc "$new/proc"
    mount -t sysfs -o ro,nosuid,nodev,noexec sysfs "$new/sys"
    if [ "$hierarchy" = unified ]; then
        mount -t cgroup2 -o nosuid,nodev,noexec cgroup2 "$new/sys/fs/cgroup"
    else
        mount -t tmpfs -o mode=755 tmpfs "$new/sys/fs/cgroup"
        mkdir "$new/sys/fs/cgroup/systemd"
        mount -t cgroup -o none,name=systemd cgroup "$new/sys/fs/cgroup/systemd"
    fi
    # /dev as an overlay has real device nodes, which PrivateDevices= needs, and does not show /dev/log to the machine.
    mount -t overlay -o "lowerdir=/dev,upperdir=$ROOT/devices/upper,workdir=$ROOT/devices/work" overlay "$new/dev"
    for place in /dev/pts /dev/shm; do
        [ ! -d "$place" ] || { mkdir -p "$new$place" && mount --bind "$place" "$new$place"; }
    done
    rm -f "$new/dev/log" "$new/dev/console" "$new/dev/kmsg"
    true >"$new/dev/console"
    true >"$new/dev/kmsg"
    mount --bind "$work/console" "$new/dev/console"
    mount --bind /dev/null "$new/dev/kmsg"
    mount -t tmpfs -o mode=755 tmpfs "$new/run"
    mkdir "$new/run/lock"
    mount -t tmpfs -o mode=1777 tmpfs "$new/tmp"
    for place in "$@"; do
        [ ! -d "$new$place" ] || mount -t tmpfs -o mode=755,ro tmpfs "$new$place"
    done
    write_units
    hostname countersign-test
    cd "$new"
    pivot_root . .
    umount -l .
    cd /
    # Services get namespaces of their own, which LoadCredential= can fill only if mounts are shared.
    mount --make-rshared /
    # Otherwise systemd also uses the hierarchy of version 2, where it would begin at the machine's own root.
    if [ "$hierarchy" = legacy ]; then
        set -- systemd.unified_cgroup_hierarchy=no systemd.legacy_systemd_cgroup_controller=yes
    else
        set --
    fi
    # The mark lets a build find a systemd that it left behind.
    exec env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin container=countersign-test \
        ${COUNTERSIGN_GATE:+"COUNTERSIGN_GATE=$COUNTERSIGN_GATE"} \
        /lib/systemd/systemd --system --unit=countersign-test.target --log-target=console --show-status=no "$@"
}

# Removes what would start services of the machine, and adds the target of the test and a journal in memory.
write_units() {
    rm -rf "$new"/etc/systemd/system/*.wants "$new"/etc/systemd/system/*.requires \
        "$new"/lib/systemd/system/*.wants "$new"/lib/systemd/system/*.requires "$new"/lib/systemd/system-generators/*
    mkdir -p "$new/run/systemd/system" "$new/run/systemd/journald.conf.d"
    cat >"$new/run/systemd/system/countersign-test.target" <<'UNIT'
[Unit]
Description=Test of Countersign
DefaultDependencies=no
Wants=systemd-journald.service
UNIT
    cat >"$new/run/systemd/journald.conf.d/test.conf" <<'UNIT'
[Journal]
Storage=volatile
ReadKMsg=no
Audit=
RateLimitIntervalSec=0
UNIT
    # The audit of the kernel belongs to the machine.
    ln -sf /dev/null "$new/etc/systemd/system/systemd-journald-audit.socket"
    echo countersign-test >"$new/etc/hostname"
    # Packages start no service while this file is there, and a build machine may have it.
    rm -f "$new/usr/sbin/policy-rc.d"
}

# The first half: on the machine.
# Sets hierarchy, and groups to the directories of new control groups inside the group of this process, whose limits
# remain in force. With version 1 each controller has a group, because systemd uses all that it finds, and would otherwise
# begin at the machine's own groups.
find_groups() {
    if [ "$(stat -f -c %T /sys/fs/cgroup)" = cgroup2fs ]; then
        hierarchy=unified
        parent=/sys/fs/cgroup$(sed -n 's/^0:://p' /proc/self/cgroup)
        groups=$parent/$name
        return
    fi
    hierarchy=legacy
    grep -q ' - cgroup .*name=systemd' /proc/self/mountinfo ||
        fail "this machine has neither cgroup version 2 nor a hierarchy name=systemd"
    groups=$(while IFS=: read -r _ controllers path; do
        # The last option of such a mount is the list of its controllers.
        place=$(awk -v controllers="$controllers" '$0 ~ " - cgroup " && $NF ~ "(^|,)" controllers "$" { print $5; exit }' \
            /proc/self/mountinfo)
        [ -z "$controllers" ] || [ -z "$place" ] || printf '%s\n' "${place}${path%/}/$name"
    done </proc/self/cgroup)
}

# Puts the process $1 into the groups.
enter_groups() {
    for group in $groups; do
        # A group of the controller cpuset takes processes only with its own set, which systemd does not need.
        mkdir "$group" && { echo "$1" >"$group/cgroup.procs"; } 2>/dev/null || rmdir "$group"
    done
}

remove_groups() {
    for group in $groups; do
        tries=0
        while [ -d "$group" ] && [ "$tries" -lt 100 ]; do
            find "$group" -depth -type d -exec rmdir {} + 2>/dev/null || sleep 0.1
            tries=$((tries + 1))
        done
        [ ! -d "$group" ] || fail "$group cannot be removed"
    done
}

end() {
    trap - EXIT
    # unshare ends when its child has ended; killed itself, it would leave the child to another process.
    if [ -n "$pid" ]; then
        kill -KILL "$pid" 2>/dev/null || true
    elif [ -n "$keeper" ]; then
        kill -KILL "$keeper" 2>/dev/null || true
    fi
    wait
    remove_groups
    rmdir "$work/root" 2>/dev/null || true
}

run() {
    name=countersign-test-$$
    find_groups
    keeper=
    pid=
    mkdir "$work/root"
    true >"$work/console"
    trap end EXIT
    trap 'exit 1' HUP INT TERM
    # The namespace of control groups begins at the group of the process that makes it.
    (
        enter_groups "$(sh -c 'echo $PPID')"
        # shellcheck disable=SC2086
        exec unshare $network --mount --pid --fork --cgroup --uts --ipc --kill-child --mount-proc \
            "$0" --inside "$hierarchy" "$work" "$@"
    ) </dev/null >>"$work/console" 2>&1 &
    keeper=$!
    await_systemd
    # A new network namespace begins with its loopback interface down.
    [ -z "$network" ] || nsenter -t "$pid" -n ip link set lo up
    # Version 2 lets systemd use controllers only if no other process is in its topmost group.
    [ "$hierarchy" = legacy ] || echo "$keeper" >"$parent/cgroup.procs"
    printf '%s\n' "$pid" >"$work/pid.new"
    mv "$work/pid.new" "$work/pid"
    cat >/dev/null
}

await_systemd() {
    tries=0
    until pid=$(pgrep -P "$keeper") && [ "$(cat "/proc/$pid/comm" 2>/dev/null)" = systemd ] &&
        [ -S "/proc/$pid/root/run/systemd/private" ] &&
        nsenter -t "$pid" -m -p -u -i -C -r -w systemctl is-active --quiet countersign-test.target; do
        kill -0 "$keeper" 2>/dev/null || fail "systemd ended: $(cat "$work/console")"
        tries=$((tries + 1))
        [ "$tries" -lt 600 ] || fail "systemd did not start within a minute: $(cat "$work/console")"
        sleep 0.1
    done
}

if [ "$1" = --inside ]; then
    hierarchy=$2
    work=$3
    shift 3
    enter_root "$@"
else
    network=
    if [ "$1" = --private-network ]; then
        network=--net
        shift
    fi
    work=$1
    shift
    run "$@"
fi

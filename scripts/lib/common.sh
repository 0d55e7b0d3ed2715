# shellcheck shell=bash
# What demo, bench, test and install share: packages, the release build, a private PostgreSQL server, and
# a scratch directory that is gone afterwards, however the script ends. Sourced, not run.

set -euo pipefail
# One sort order and a decimal point everywhere, whatever the user's language is.
export LC_ALL=C.UTF-8

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)

# What building and running needs, by Debian's names.
# shellcheck disable=SC2034 # used by the scripts that source this
packages=(git libarchive-dev libgit2-dev libpq-dev libssl-dev libxxhash-dev libzstd-dev pkg-config postgresql zlib1g-dev)

note() { printf '%s\n' "$*" >&2; }
die() {
    note "error: $1"
    shift
    (($# == 0)) || note "hint: $*"
    exit 1
}

# The comment at the top of a script is its help.
print_help() { sed -n '2,/^$/ s/^# \{0,1\}//p' "$0"; }

as_root() {
    if ((EUID == 0)); then
        "$@"
    elif command -v sudo >/dev/null; then
        sudo "$@"
    else
        die "this needs root: $*" "run it as root, or install sudo"
    fi
}

# need_packages NAME... installs those that are missing.
need_packages() {
    local package missing=()
    if ! command -v dpkg-query >/dev/null; then
        note "not a Debian system; this needs the equivalents of: $*"
        return
    fi
    for package; do
        # The second letter is the state; the first only what was asked for (a held package is fine).
        [[ $(dpkg-query -W -f='${db:Status-Abbrev}' "$package" 2>/dev/null) == ?i* ]] || missing+=("$package")
    done
    ((${#missing[@]})) || return 0
    if ((EUID != 0)) && ! command -v sudo >/dev/null; then
        die "missing packages: ${missing[*]}" "as root: apt-get install ${missing[*]}"
    fi
    note "installing ${missing[*]}"
    # A failed update need not matter: the lists may be good enough, and if not, the installation says so.
    as_root apt-get update -qq >&2 || true
    as_root env DEBIAN_FRONTEND=noninteractive \
        apt-get install -qq --no-install-recommends "${missing[@]}" >&2 </dev/null
}

need_swift() {
    command -v swift >/dev/null || die "swift not found" "install a Swift 6 toolchain from https://www.swift.org/install/linux/"
}

# build_release sets `binary`. CHECKPOINT_BIN names a ready one instead.
build_release() {
    if [[ -n ${CHECKPOINT_BIN:-} ]]; then
        binary=$(realpath -e -- "$CHECKPOINT_BIN")
        return
    fi
    need_swift
    local build=(swift build --package-path "$root" -c release --static-swift-stdlib)
    note "building the release binary"
    "${build[@]}" --product checkpoint >&2
    binary=$("${build[@]}" --show-bin-path)/checkpoint
}

# make_scratch NAME sets `scratch`. The path is short, because a unix socket's may have 107 bytes, and open to
# passing through, because a server started by root runs as another user.
make_scratch() {
    local base=${TMPDIR:-/tmp}
    if ((${#base} > 60)) || ! as_server test -x "$base"; then base=/tmp; fi
    scratch=$(mktemp -d "$base/$1.XXXXXX")
    chmod 711 "$scratch"
}

scratch='' server='' keep='' children=()

cleanup() {
    # A second Ctrl-C must not leave a server behind.
    trap '' HUP INT TERM
    ((${#children[@]} == 0)) || kill "${children[@]}" 2>/dev/null || true
    stop_server || note "could not stop the server in $server"
    [[ -z $scratch ]] && return
    if [[ -n $keep ]]; then
        note "kept: $scratch"
    else
        cd /
        rm -rf -- "$scratch"
    fi
}
trap cleanup EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM

# Settings of the caller's git and PostgreSQL must neither change what is measured or shown, nor be changed by it.
isolate() {
    local variable
    for variable in "${!GIT_@}" "${!PG@}" "${!CHECKPOINT_@}" DATABASE_URL XDG_CONFIG_HOME; do unset "$variable"; done
    export HOME=$scratch/home GIT_CONFIG_NOSYSTEM=1
    mkdir -p "$HOME" "$scratch/bin"
    git config --global user.name 'Dana Doe'
    git config --global user.email dana@example.org
    git config --global init.defaultBranch main
    git config --global advice.detachedHead false
    ln -s "$binary" "$scratch/bin/checkpoint"
    ln -s "$binary" "$scratch/bin/git-checkpoint"
    PATH=$scratch/bin:$PATH
}

# PostgreSQL refuses to run as root; Debian's package brings an account for it.
as_server() {
    if ((EUID == 0)); then
        (cd / && exec runuser -u postgres -- "$@")
    else
        (cd / && exec "$@")
    fi
}

# start_server DIR [SETTING=VALUE]... makes a server of its own in DIR, reached only through a socket there.
start_server() {
    local setting directory=$1
    shift
    pg_bin=$(printf '%s\n' /usr/lib/postgresql/*/bin | sort -V | tail -n 1)
    [[ -x $pg_bin/initdb ]] || die "no PostgreSQL server found in /usr/lib/postgresql" "apt-get install postgresql"
    install -d -m 700 "$directory"
    ((EUID != 0)) || chown postgres: "$directory"
    # Set first: an interrupted start has to be cleaned up, too.
    server=$directory
    as_server "$pg_bin/initdb" -D "$directory/data" -U postgres --auth=trust --encoding=UTF8 --locale=C.UTF-8 \
        --no-sync >"$scratch/initdb.log" 2>&1 || die "initdb failed: $(tail -n 3 "$scratch/initdb.log")"
    for setting in "listen_addresses=''" "unix_socket_directories='$directory'" "timezone='UTC'" "$@"; do
        printf '%s\n' "$setting"
    done >>"$directory/data/postgresql.conf"
    as_server "$pg_bin/pg_ctl" -D "$directory/data" -l "$directory/log" -w start >/dev/null ||
        die "the server did not start: $(tail -n 3 "$directory/log")"
}

stop_server() {
    [[ -n $server ]] || return 0
    local control=("$pg_bin/pg_ctl" -D "$server/data")
    if as_server "${control[@]}" status >/dev/null 2>&1; then
        as_server "${control[@]}" -m fast -t 60 stop >/dev/null ||
            as_server "${control[@]}" -m immediate stop >/dev/null || return
    fi
    server=''
}

# psql as the server's superuser, stopping at the first error.
superuser() { "$pg_bin/psql" -X -q -v ON_ERROR_STOP=1 -h "$server" -U postgres "$@"; }

# Microseconds since 1970.
now() { printf '%s' "${EPOCHREALTIME/./}"; }

# shellcheck shell=bash disable=SC2034,SC2154
# Sourced by scripts/test, after common.sh and servers.sh: programs that check what ours writes for them. Debian's packages are unpacked
# rather than installed, because they would start a server, or give this machine a clock.

# need_unpacked PACKAGE sets `unpacked` to the directory in which the package is unpacked, or to nothing, with a note, if it cannot be
# had.
need_unpacked() {
    unpacked=$(servers_directory)/$1
    [[ ! -d $unpacked ]] || return 0
    note "fetching $1"
    rm -rf "$unpacked.part"
    mkdir -p "$unpacked.part"
    if ! (fetch_unpacked "$1" "$unpacked.part"); then
        note "the package $1 cannot be had: what it checks is not tested"
        unpacked=''
        return
    fi
    chmod -R go+rX "$unpacked.part"
    mv "$unpacked.part" "$unpacked"
}

# fetch_unpacked PACKAGE DIRECTORY: this machine's lists of packages may be old, or missing.
fetch_unpacked() {
    cd "$2" || return
    apt-get download -qq "$1" >&2 || { apt-get update -qq >&2 && apt-get download -qq "$1" >&2; } || return
    dpkg -x "$1"_*.deb . && rm "$1"_*.deb
}

# The exact version, so that a failure is the change's. It brings the schemas of Kubernetes' versions along.
kubernetes_validate="kubernetes-validate==1.37.0"

# need_kubernetes sets `kubernetes` to the program that knows the schemas, or to nothing, with a note.
need_kubernetes() {
    local venv
    venv=$(servers_directory)/${kubernetes_validate//==/-}
    kubernetes=$venv/bin/kubernetes-validate
    [[ ! -x $kubernetes ]] || return 0
    note "fetching $kubernetes_validate from PyPI"
    python3 -c 'import ensurepip' 2>/dev/null || need_packages python3-venv
    if ! { python3 -m venv "$venv" &&
        "$venv/bin/pip" install --quiet --disable-pip-version-check "$kubernetes_validate" >&2; }; then
        note "CronJobs are not tested: $kubernetes_validate cannot be had"
        rm -rf "$venv"
        kubernetes=''
    fi
}

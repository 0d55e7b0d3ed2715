# shellcheck shell=bash disable=SC2034,SC2154
# Sourced by scripts/test, after common.sh and servers.sh: Prometheus and its promtool, which check metrics and alerts.

# need_prometheus sets `prometheus` to the directory of the programs, or to nothing, with a note, if they cannot be had. Debian's
# package is unpacked rather than installed, because it would start a server.
need_prometheus() {
    local directory found
    found=$(command -v promtool || true)
    prometheus=${found%/*}
    [[ -z $prometheus ]] || return 0
    directory=$(servers_directory)/prometheus
    if [[ ! -d $directory ]]; then
        note "fetching prometheus"
        rm -rf "$directory.part"
        mkdir -p "$directory.part"
        if ! (fetch_prometheus "$directory.part"); then
            note "alerts are not tested: the package prometheus cannot be had"
            return
        fi
        chmod -R go+rX "$directory.part"
        mv "$directory.part" "$directory"
    fi
    prometheus=$directory/usr/bin
}

# fetch_prometheus DIRECTORY: this machine's lists of packages may be old, or missing.
fetch_prometheus() {
    cd "$1" || return
    apt-get download -qq prometheus >&2 || { apt-get update -qq >&2 && apt-get download -qq prometheus >&2; } || return
    dpkg -x prometheus_*.deb . && rm prometheus_*.deb
}

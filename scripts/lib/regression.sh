# shellcheck shell=bash disable=SC2034,SC2154
# Sourced by scripts/test, after common.sh and servers.sh: PostgreSQL's own regression database, that is its developers'
# scripts from Debian's source package, and the library that its functions in C are in.

# need_regression sets `regression` to their directory, or to nothing, with a note why, if they cannot be had.
need_regression() {
    local package=postgresql-15 version directory
    regression=''
    version=$(dpkg-query -W -f='${Version}' $package 2>/dev/null) || {
        note "no regression database: $package is not installed"
        return
    }
    directory=$(servers_directory)/regression-${version//[^0-9A-Za-z.-]/_}
    if [[ ! -d $directory ]]; then
        need_packages bzip2 gcc libc6-dev
        note "fetching the sources of $package $version"
        rm -rf "$directory.part"
        mkdir -p "$directory.part"
        # On its own lists: what this machine installs from stays as it is.
        if ! fetch_sources "$package" "$version" "$directory.part" >"$directory.log" 2>&1; then
            note "no regression database: $(tail -n 1 "$directory.log")"
            return
        fi
        rm -rf "$directory.part/download"
        mv "$directory.part" "$directory"
    fi
    regression=$directory
}

# fetch_sources PACKAGE VERSION DIRECTORY puts src/test/regress there and compiles its library.
fetch_sources() {
    local download=$3/download own major=${1##*-} headers library
    mkdir -p "$download"/{parts,lists/partial,cache/archives/partial,server}
    printf 'deb-src [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] %s main\n' \
        'http://deb.debian.org/debian bookworm' 'http://deb.debian.org/debian bookworm-updates' \
        'http://deb.debian.org/debian-security bookworm-security' >"$download/sources.list"
    own=(-o "Dir::Etc::sourcelist=$download/sources.list" -o "Dir::Etc::sourceparts=$download/parts"
        -o "Dir::State::lists=$download/lists" -o "Dir::Cache=$download/cache" -o APT::Sandbox::User=root)
    # Each step by itself: within the condition that calls this, errexit is off.
    apt-get "${own[@]}" update || return
    # Scripts and headers of another minor version fit as well: a mirror may not have the newest one's sources.
    (cd "$download" && { apt-get "${own[@]}" source --download-only "$1=$2" ||
        apt-get "${own[@]}" source --download-only "$1/bookworm"; }) || return
    (cd "$download" && { apt-get download "postgresql-server-dev-$major=$2" ||
        apt-get download "postgresql-server-dev-$major"; }) || return
    tar -xjf "$download"/*.orig.tar.bz2 -C "$3" --strip-components=4 --wildcards '*/src/test/regress/*' || return
    # Unpacked rather than installed: it would bring a whole compiler along.
    dpkg -x "$download"/postgresql-server-dev-*.deb "$download/server" || return
    headers=$download/server/usr/include/postgresql/$major/server
    gcc -O1 -fPIC -shared -I"$headers" -I"$headers/../internal" -o "$3/regress.so" "$3/regress.c" || return
    for library in autoinc refint; do
        ln -s "/usr/lib/postgresql/$major/lib/$library.so" "$3/$library.so" || return
    done
    chmod -R go+rX "$3"
}

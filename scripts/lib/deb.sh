# shellcheck shell=bash
# Makes and checks the Debian package. Sourced after common.sh and product.sh.
# shellcheck disable=SC2154 # common.sh sets root and scratch

# make_deb VERSION EPOCH OUTPUT sets `package` to the path of the .deb.
make_deb() {
    local version=$1 epoch=$2 output=$3 tree=$scratch/deb architecture documentation maintainer
    architecture=$(dpkg --print-architecture)
    maintainer="${DEBFULLNAME:-$(git -C "$root" config user.name || true)}"
    maintainer+=" <${DEBEMAIL:-$(git -C "$root" config user.email || true)}>"
    [[ $maintainer =~ ^[^\ ].*\ \<.+@.+\>$ ]] || die 'who makes this package?' 'set DEBFULLNAME and DEBEMAIL'
    # What a user's umask and clock are must not show.
    umask 022
    stage_product "$tree/usr"
    # Where Debian's zsh looks for what packages bring.
    mv "$tree/usr/share/zsh/site-functions" "$tree/usr/share/zsh/vendor-completions"
    gzip -9n "$tree/usr/share/man/man1/checkpoint.1"
    rm "$tree/usr/share/man/man1/git-checkpoint.1"
    ln -s checkpoint.1.gz "$tree/usr/share/man/man1/git-checkpoint.1.gz"
    documentation=$tree/usr/share/doc/checkpoint
    mkdir -p "$documentation"
    deb_copyright >"$documentation/copyright"
    gzip -9n <"$root/CHANGELOG.md" >"$documentation/changelog.gz"
    deb_changelog "$version" "$epoch" "$maintainer" | gzip -9n >"$documentation/changelog.Debian.gz"
    mkdir "$tree/DEBIAN"
    (cd "$tree" && find usr -type f -print0 | sort -z | xargs -0 md5sum) >"$tree/DEBIAN/md5sums"
    deb_control "$version" "$architecture" "$maintainer" "$(deb_libraries "$tree/usr/bin/checkpoint")" \
        "$(du -sk --apparent-size "$tree/usr" | cut -f 1)" >"$tree/DEBIAN/control"
    find "$tree" -exec touch -h -d "@$epoch" {} +
    package=$output/checkpoint_${version}-1_$architecture.deb
    SOURCE_DATE_EPOCH=$epoch dpkg-deb --root-owner-group --build "$tree" "$package" >/dev/null
}

# deb_libraries PROGRAM prints the dependencies of its shared libraries.
deb_libraries() {
    local work=$scratch/shlibdeps name late
    mkdir -p "$work/debian"
    printf 'Source: checkpoint\n\nPackage: checkpoint\nArchitecture: any\n' >"$work/debian/control"
    (cd "$work" && dpkg-shlibdeps -O -e"$1" | sed -n 's/^shlibs:Depends=//p' | tr '\n' ,)
    # Those that are loaded when they are needed. Their functions are old, so any version that has the library's name will do.
    late=$(readelf --string-dump=.note.dlopen "$1" | sed -n 's/.*"soname":\["\([^"]*\)"\].*/\1/p')
    [[ $late ]] || die "$1 does not say which libraries it loads"
    for name in $late; do
        printf ' %s' "$(dpkg-query --search "*/$name" | sed -n '1s/:.*//p'),"
    done | sed 's/,$/\n/'
}

deb_control() {
    local version=$1 architecture=$2 maintainer=$3 libraries=$4 size=$5
    cat <<END
Package: checkpoint
Version: $version-1
Architecture: $architecture
Maintainer: $maintainer
Installed-Size: $size
Depends: git (>= 1:2.38), $libraries
Recommends: postgresql-client
Section: vcs
Priority: optional
Description: record a project at a moment and bring it back
 A checkpoint holds git's state (HEAD, branch, index, conflicts, uncommitted
 and untracked files), the project's PostgreSQL databases, and the
 configuration that git ignores. One command before a risky step, one command
 back, and the way back can be undone, too.
 .
 pg_dump and pg_restore are needed for databases; they may run in the server's
 container instead.
END
}

deb_copyright() {
    cat <<'END'
Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
Upstream-Name: checkpoint

Files: *
END
    sed -n 's/^Copyright (c) \(.*\)/Copyright: \1/p' "$root/LICENSE"
    printf 'License: Expat\n'
    sed '1,/^Copyright/d; s/^$/./; s/^/ /' "$root/LICENSE" | sed '1{/^ \.$/d}'
    cat <<'END'
Comment:
 The program has Swift's standard library, FoundationEssentials and
 libdispatch inside, which are under the Apache License 2.0 with the Runtime
 Library Exception.
END
}

deb_changelog() {
    printf 'checkpoint (%s-1) unstable; urgency=medium\n\n' "$1"
    printf '  * Release %s; changelog.gz says what is new.\n\n' "$1"
    printf ' -- %s  %s\n' "$3" "$(date -R -u -d "@$2")"
}

# check_deb PACKAGE VERSION installs it in a tree where nothing else of it is, tries it, and removes it.
check_deb() {
    local package=$1 version=$2 tree=$scratch/tree
    if command -v lintian >/dev/null; then
        lintian --fail-on error,warning "$package" >&2
    else
        note 'not checked by lintian, which is not installed'
    fi
    if command -v debootstrap >/dev/null && ((EUID == 0)); then
        debootstrap --variant=minbase "$(sed -n 's/^VERSION_CODENAME=//p' /etc/os-release)" "$tree" >&2
        check_deb_in_system "$package" "$version" "$tree"
    else
        note 'not tried in a fresh Debian: that needs root and debootstrap'
        check_deb_files "$package" "$version" "$tree"
    fi
    note "checked: $package installs, runs and goes again"
}

# in_tree TREE COMMAND... runs the command in the tree, with /proc and /dev, which are gone when it ends.
in_tree() {
    # shellcheck disable=SC2016 # the shell in there expands them
    unshare --mount sh -c 'mount -t proc proc "$0/proc" && mount --rbind /dev "$0/dev" && exec chroot "$0" "$@"' "$@"
}

# check_deb_in_system PACKAGE VERSION TREE: TREE is a Debian with apt.
check_deb_in_system() {
    local package=$1 version=$2 tree=$3 before after
    before=$(deb_files "$tree")
    cp "$package" "$tree/tmp/checkpoint.deb"
    in_tree "$tree" env DEBIAN_FRONTEND=noninteractive apt-get install -qq --no-install-recommends /tmp/checkpoint.deb \
        >&2 </dev/null
    [[ $(in_tree "$tree" checkpoint --version) == "checkpoint $version" ]] || die 'the installed program does not run'
    in_tree "$tree" sh -euc '
        export HOME=/tmp/home
        mkdir -p /tmp/home /tmp/project
        cd /tmp/project
        git init -q
        git config user.name Dana
        git config user.email dana@example.org
        echo one >file
        git add file
        git commit -qm one
        echo two >file
        git checkpoint full -q
        echo three >file
        git checkpoint rollback -q --yes full
        grep -qx two file
        rm -r /tmp/home /tmp/project
    ' || die 'a checkpoint in the installed system does not come back'
    in_tree "$tree" dpkg --purge checkpoint >&2
    rm "$tree/tmp/checkpoint.deb"
    after=$(deb_files "$tree")
    # apt's dependencies stay; of the package nothing does.
    [[ $(comm -13 <(printf '%s\n' "$before") <(printf '%s\n' "$after") | grep -c checkpoint || true) == 0 ]] ||
        die 'files are left behind'
}

# deb_files TREE prints its files, but not those of dpkg and of logs.
deb_files() { find "$1/etc" "$1/opt" "$1/root" "$1/srv" "$1/tmp" "$1/usr" | sort; }

# check_deb_files PACKAGE VERSION TREE: without a system in it, but with dpkg's own bookkeeping.
check_deb_files() {
    local package=$1 version=$2 tree=$3 dpkg left
    mkdir -p "$tree/var/lib/dpkg/info" "$tree/var/lib/dpkg/updates" "$tree/var/lib/dpkg/triggers"
    touch "$tree/var/lib/dpkg/status"
    dpkg=(dpkg --root="$tree" --force-not-root --force-bad-path --force-depends --log=/dev/null)
    "${dpkg[@]}" --install "$package" >&2
    [[ $("$tree/usr/bin/git-checkpoint" --version) == "checkpoint $version" ]] || die 'the installed program does not run'
    (cd "$tree" && md5sum --quiet -c "var/lib/dpkg/info/checkpoint.md5sums") || die 'files are not what the package says'
    "${dpkg[@]}" --purge checkpoint >&2
    left=$(find "$tree" -path "$tree/var" -prune -o -type f -print -o -type l -print)
    [[ -z $left ]] || die "files are left behind: $left"
}

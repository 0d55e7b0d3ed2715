# shellcheck shell=bash disable=SC2154,SC2164
# Sourced by scripts/bench, which has the functions and variables that are not made here.
# Rows of scripts/bench about pruning: 10,000 incremental checkpoints, an hour apart, with 220,000 chunks; checkpoints that are
# taken beside that; restic with as many snapshots; and an archive of the database.

make_many() {
    git init -q "$scratch/many"
    cd "$scratch/many"
    echo .env >.gitignore
    echo A=1 >.env
    git add .gitignore
    git commit -qm 'A shop'
    git config checkpoint.background false
    git config checkpoint.retention.incremental.keepLast 10
    git config checkpoint.retention.incremental.keepDaily 7
    checkpoint incremental --quiet --no-database >/dev/null 2>&1 </dev/null || die "checkpoint incremental failed"
    note 'making 10,000 checkpoints'
    python3 "$root/scripts/lib/many_checkpoints.py" "$scratch/many" 10000
}

# What prunes change is a copy; the one before is moved away, as deleting it would be paid for by this one.
prune_round() {
    cd "$scratch"
    if [[ -d pruned ]]; then mv pruned "$(mktemp -d "$scratch/old.XXXXXX")"; fi
    cp -a many pruned
    # What the copy has to write is not these commands'.
    sync
    cd pruned
    measure stats 'checkpoint stats --json'
    measure gc 'checkpoint gc --json'
    measure prune 'checkpoint prune --yes --json'
    (($(jq '.removed | length' "$scratch/output") > 9900)) || die "prune has not removed what it should"
    measure prune-nothing 'checkpoint prune --yes --json'
    measure gc-now 'checkpoint gc --now --json'
    (($(jq .removed.chunks "$scratch/output") > 200000)) || die "gc has not freed what it should"
    # The copies are not known to git as they are.
    checkpoint verify latest --quiet >/dev/null </dev/null || die "what is left does not verify"
}

# Checkpoints of a megabyte, before a prune and beside one.
beside_round() {
    local n worker
    cd "$scratch"
    if [[ -d pruned ]]; then mv pruned "$(mktemp -d "$scratch/old.XXXXXX")"; fi
    cp -a many pruned
    sync
    cd pruned
    for ((n = 0; n < 10; n++)); do take_megabyte alone; done
    "$binary" prune --yes --json >../prune.output 2>&1 </dev/null &
    worker=$!
    for ((n = 0; n < 100; n++)); do
        kill -0 $worker 2>/dev/null || break
        take_megabyte beside
    done
    wait $worker || die "prune failed: $(tail -n 5 ../prune.output)"
}

take_megabyte() {
    head -c 750000 /dev/urandom | base64 >.env
    measure "$1" 'checkpoint incremental --no-database --quiet'
}

snapshots=300

# The same file, a part of it new each time, in our store and in restic's.
make_snapshots() {
    local n
    export RESTIC_REPOSITORY=$scratch/restic RESTIC_PASSWORD=bench
    git init -q "$scratch/snapshots"
    cd "$scratch/snapshots"
    echo .env >.gitignore
    git add .gitignore
    git commit -qm 'A shop'
    git config checkpoint.background false
    head -c 3000000 /dev/urandom | base64 >.env
    restic init -q
    note "making $snapshots snapshots, twice"
    for ((n = 0; n < snapshots; n++)); do
        head -c 30000 /dev/urandom | base64 -w 0 | dd of=.env bs=1000 seek=$((n * 13 % 4000)) conv=notrunc status=none
        checkpoint incremental --no-database --quiet >/dev/null 2>&1 </dev/null || die "checkpoint incremental failed"
        restic backup -q .env || die "restic backup failed"
    done
    git config checkpoint.retention.incremental.keepLast 10
}

forget_round() {
    cd "$scratch"
    if [[ -d forgotten ]]; then mv forgotten "$(mktemp -d "$scratch/old.XXXXXX")"; fi
    mkdir forgotten
    cp -a snapshots restic forgotten
    sync
    cd forgotten/snapshots
    measure forget 'checkpoint prune --yes --now --json'
    (($(jq '.removed | length' "$scratch/output") == snapshots - 10)) || die "prune has not removed what it should"
    measure restic "restic -r $scratch/forgotten/restic forget --keep-last 10 --prune"
    (($(restic -r "$scratch/forgotten/restic" snapshots --json | jq length) == 10)) || die "restic has not removed what it should"
    checkpoint verify latest --quiet >/dev/null </dev/null || die "what is left does not verify"
}

archive_round() {
    cd "$scratch/project"
    empty_store
    checkpoint full >/dev/null 2>&1 </dev/null || die "checkpoint full failed"
    measure archive 'checkpoint archive latest --json'
    megabytes archive-stored "$(find .git/checkpoints/archive -name '*.tar.zst' -printf '%s')"
    rm -rf ../shop.dump
    measure archive-dump 'pg_dump -Fc -f ../shop.dump shop'
    megabytes archive-dump-stored "$(stat -c %s ../shop.dump)"
    rm -rf ../shop.dump
}

archive_rows() {
    rounds archive_round
    row 'archive, stored : pg_dump -Fc, its file' MB archive-stored archive-dump-stored 0.6
    row '  seconds' s archive archive-dump
    row '  peak memory' MiB archive-memory -
}

forget_rows() {
    unset DATABASE_URL
    need_packages restic
    make_snapshots
    rounds forget_round
    row "prune of $snapshots snapshots : restic forget --prune" s forget restic 0.333
}

prune_rows() {
    unset DATABASE_URL
    make_many
    rounds prune_round
    rounds beside_round
    row 'prune of 10,000 checkpoints, 220,000 chunks' s prune - 10
    row '  peak memory' MiB prune-memory - 128
    row '  with nothing to do' s prune-nothing - 0.5
    row 'checkpoint of 1 MB beside it : without' s beside alone 1.1
    row 'gc of them, with nothing to free' s gc -
    row 'gc --now of 219,000 chunks in the trash' s gc-now -
    row 'stats of them' s stats - 2
    row '  peak memory' MiB stats-memory -
}

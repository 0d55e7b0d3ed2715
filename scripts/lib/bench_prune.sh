# shellcheck shell=bash disable=SC2154,SC2164
# Sourced by scripts/bench, which has the functions and variables that are not made here.
# Rows of scripts/bench about pruning: 10,000 incremental checkpoints, an hour apart, with 220,000 chunks.

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

prune_rows() {
    unset DATABASE_URL
    make_many
    rounds prune_round
    row 'prune of 10,000 checkpoints, 220,000 chunks' s prune - 10
    row '  peak memory' MiB prune-memory - 128
    row '  with nothing to do' s prune-nothing - 0.5
    row 'gc of them, with nothing to free' s gc -
    row 'gc --now of 219,000 chunks in the trash' s gc-now -
    row 'stats of them' s stats - 2
    row '  peak memory' MiB stats-memory -
}

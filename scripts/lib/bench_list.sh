# shellcheck shell=bash disable=SC2154,SC2164
# Sourced by scripts/bench, which has the functions and variables that are not made here.
# Rows of scripts/bench about a store with 10,000 checkpoints. They are copies of four real ones, with ids and times of their
# own; every third was verified, and those with a name have their tag.

# make_list N makes a repository with N checkpoints.
make_list() {
    local manifests=.git/checkpoints/manifests notes=.git/checkpoints/notes
    git init -q "$scratch/list"
    cd "$scratch/list"
    echo '# Shop' >README.md
    git add .
    git commit -qm 'A shop'
    git tag v1.0
    for name in full stage-01-start incremental stage-01-complete; do
        checkpoint "$name" --quiet --no-database >/dev/null 2>&1 </dev/null || die "checkpoint $name failed"
    done
    rm -rf "$scratch/manifests" "$scratch/notes"
    mkdir "$scratch/manifests" "$scratch/notes"
    # One id and time for each, 37 minutes apart.
    jq -c . "$manifests"/*.json | awk -v count="$1" '
        { line[NR] = $0 }
        END {
            for (i = 0; i < count; i++) {
                at = 1735689600 + i * 2220
                print strftime("%Y%m%d_%H%M%S", at, 1) "\t" strftime("%Y-%m-%dT%H:%M:%S.000Z", at, 1) "\t" line[i % NR + 1]
            }
        }' | jq -Rr '
        split("\t") as [$id, $at, $text] | ($text | fromjson) as $one | "\($one.name)_\($id)" as $id
        | $one + {id: $id, createdAt: $at} | .sources += [{
            name: "main", type: "postgresql", label: "shop on localhost:5432", counts: {tables: 12, rows: 28000},
            liveByteCount: 776000000, streamByteCount: 500000000}]
        | "\($id)\t\(.git.headTag // "")\t\(tojson)"' >"$scratch/lines"
    awk -F '\t' -v to="$scratch/manifests" '{ file = to "/" $1 ".json"; print $3 >file; close(file) }' "$scratch/lines"
    awk -F '\t' -v to="$scratch/notes" 'NR % 3 == 0 {
        file = to "/" $1 ".json"; print "{\"verifiedAt\": \"2026-01-01T00:00:00.000Z\"}" >file; close(file) }' "$scratch/lines"
    awk -F '\t' '$2 != "" { print "create refs/tags/checkpoint/" $1 " HEAD" }' "$scratch/lines" | git update-ref --stdin
    rm -rf "$manifests" "$notes"
    mv "$scratch/manifests" "$scratch/notes" .git/checkpoints
    chmod -R go= "$manifests" "$notes"
    git pack-refs --all
}

list_round() {
    rm -f .git/checkpoints/listing.cache
    measure list-first 'checkpoint list'
    (($(wc -l <"$scratch/output") == 10001)) || die "not every checkpoint is listed"
    measure list 'checkpoint list'
    (($(wc -l <"$scratch/output") == 10001)) || die "not every checkpoint is listed"
    checkpoint mark "$(checkpoint list | awk 'NR == 5000 { print $1 }')" critical >/dev/null </dev/null
    measure list-marked 'checkpoint list'
    grep -q critical "$scratch/output" || die "what was marked is not shown"
    measure list-json 'checkpoint list --json'
    measure metrics 'checkpoint metrics'
    grep -q '^backup_checkpoints{' "$scratch/output" || die "there are no metrics"
    # The checkpoints are old, so it warns; that is no failure of the program.
    measure check 'sh -c "checkpoint check; [ \$? -le 2 ]"'
    grep -q '^CHECKPOINT ' "$scratch/output" || die "nothing was checked"
}

list_rows() {
    unset DATABASE_URL
    make_list 10000
    rounds list_round
    row 'list of 10,000 checkpoints' s list - 0.150
    row '  one of them marked since' s list-marked - 0.150
    row '  the first time, without the cache' s list-first -
    row '  --json' s list-json -
    row 'metrics of them' s metrics - 0.100
    row 'check of them' s check - 0.100
    row '  peak memory' MiB list-memory - 64
    row '  peak memory the first time' MiB list-first-memory - 64
}

# shellcheck shell=bash disable=SC2154,SC2164
# Sourced by scripts/bench, which has the functions and variables that are not made here.
# Rows of scripts/bench about `checkpoint diff --data`: 0.1 % of the rows of every table changed, once neighbours and once
# spread over all of them, which changes nearly every chunk.

# spread_over COLUMN prints a condition that one row of a thousand fulfils.
spread_over() {
    case $1 in
    uuid) echo "('x' || left(id::text, 8))::bit(32)::bigint % 1000 = 7" ;;
    *) echo "id % 1000 = 7" ;;
    esac
}

# change_rows TABLE COLUMN CONDITION changes a text and adds the number of rows to diff_changed.
change_rows() {
    local count
    count=$(superuser -U shop -d shop -Atc "
        with changed as (update $1 set $2 = $2 || '!' where $3 returning 1) select count(*) from changed")
    diff_changed=$((diff_changed + count))
}

# expect_changed N looks whether the last diff found so many changed rows and nothing else.
expect_changed() {
    local found
    found=$(json '[.databases[0].tables[].rows | .added, .removed, .changed] | [_nwise(3)] | transpose | map(add) | join(" ")')
    [[ $found == "0 0 $1" ]] || die "diff found $found rows added, removed, changed, and not 0 0 $1"
}

# diff_text KEY samples the megabytes of rows that the last diff read.
diff_text() { megabytes "$1" "$(json '[.databases[0].tables[].rows.bytesRead] | add')"; }

diff_round() {
    measure diff-near 'checkpoint diff base near --data --json'
    expect_changed "$near_changed"
    diff_text diff-near-text
    measure diff-spread 'checkpoint diff near spread --data --json'
    expect_changed "$spread_changed"
    diff_text diff-spread-text
    measure diff-listed 'checkpoint diff near spread --table users --limit 1000 --json'
    measure diff-brief 'checkpoint diff near spread --json'
    measure diff-now 'checkpoint diff near --data --json'
    expect_changed "$spread_changed"
}

diff_rows() {
    local diff_changed=0 near_changed spread_changed
    empty_store
    checkpoint custom base >/dev/null 2>&1 </dev/null || die "the checkpoint failed"
    change_rows users name "id <= (select count(*) from users) / 1000"
    change_rows events kind "id <= (select count(*) from events) / 1000"
    change_rows messages body "ctid = any (array(select ctid from messages limit (select count(*) from messages) / 1000))"
    change_rows media name "id <= (select count(*) from media) / 1000"
    near_changed=$diff_changed diff_changed=0
    checkpoint custom near >/dev/null 2>&1 </dev/null || die "the checkpoint failed"
    change_rows users name "$(spread_over id)"
    change_rows events kind "$(spread_over id)"
    change_rows messages body "$(spread_over uuid)"
    change_rows media name "$(spread_over id)"
    spread_changed=$diff_changed
    checkpoint custom spread >/dev/null 2>&1 </dev/null || die "the checkpoint failed"
    note "$near_changed neighbours, $spread_changed spread"
    rounds diff_round
    row 'diff --data, 0.1 % of the rows changed, neighbours' s diff-near - 1
    row '  rows as text that were read for it' MB diff-near-text -
    row '  the same number spread over all tables' s diff-spread - 1
    row '  rows as text that were read for it' MB diff-spread-text -
    row '  of one table of them, listed' s diff-listed -
    row '  without --data' s diff-brief -
    row '  with the present database as the other side' s diff-now -
    row 'diff --data, spread, peak memory' MiB diff-spread-memory - 64
    row '  with the present database' MiB diff-now-memory - 64
}

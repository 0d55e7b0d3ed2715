# shellcheck shell=bash disable=SC2154,SC2164
# Sourced by scripts/bench, which has the functions and variables that are not made here.
# Rows of scripts/bench --against: the same work by this build and by another one in turn, on the same rows. What a
# machine does besides changes from minute to minute, so each pair has a ratio of its own, and their median decides.

# use BUILD: `checkpoint` is that program from now on, in a project of its own, so that neither finds the other's store.
use() {
    build=$1
    if [[ $build == new ]]; then ln -sfn "$binary" "$scratch/bin/checkpoint"; else ln -sfn "$against" "$scratch/bin/checkpoint"; fi
}

# in_turn FUNCTION calls it for both builds; which comes first alternates from round to round.
in_turn() {
    local turn order=(new old)
    ((round % 2)) || order=(old new)
    for turn in "${order[@]}"; do
        use "$turn"
        "$1"
    done
}

# pair KEY keeps the ratio of the last figures of both builds.
pair() {
    ((round == 0)) || sample "$1-ratio" "$(paste <(printf '%s' "${samples[$1-new]}") <(printf '%s' "${samples[$1-old]}") |
        awk 'END { print $1 / $2 }')"
}

# pair_row NAME KEY: what was measured in pairs must not have become slower by more than 3 %.
pair_row() { row "$1" s "$2-new" "$2-old" 1.03 "$2-ratio"; }

against_first() {
    cd "$scratch/project-$build"
    empty_store
    superuser -c checkpoint
    checkpoint_full "first-$build"
}

against_second() {
    cd "$scratch/project-$build"
    superuser -c checkpoint
    checkpoint_full "second-$build"
}

# The databases that a rollback sets aside would fill the disk.
against_restore() {
    local name
    cd "$scratch/project-$build"
    superuser -d shop -c 'drop table messages' -c 'delete from media where id % 2 = 0' -c checkpoint
    rm README.md
    measure "restore-$build" 'checkpoint rollback --yes --json latest'
    [[ $(fingerprint) == "$wanted" ]] || die "rollback brought back other rows"
    for name in $(superuser -Atc "select datname from pg_database where datname like 'shop\_%'"); do
        superuser -c "drop database \"$name\" with (force)"
    done
}

against_round() {
    in_turn against_first
    pair first
    superuser -U shop -d shop -c "
        insert into events (user_id, kind, at, payload)
            select user_id, kind, at + interval '1 year', payload from events where id <= 2000;
        update users set profile = profile || '{\"round\": $round}' where id % ((select count(*) from users) / 200) = $round"
    in_turn against_second
    pair second
    wanted=$(fingerprint)
    in_turn against_restore
    pair restore
}

# What the look at risks takes of a checkpoint, in ms, as the server's log has it: planning it included, and while rows are read.
against_risks() {
    local start took
    use new
    cd "$scratch/project-new"
    superuser -c 'alter role shop set log_min_duration_statement = 0'
    start=$(stat -c %s "$scratch/pg/log")
    checkpoint full >/dev/null 2>&1 </dev/null || die "the checkpoint failed"
    superuser -c 'alter role shop reset log_min_duration_statement'
    took=$(tail -c "+$((start + 1))" "$scratch/pg/log" |
        sed -nE "s/.* duration: ([0-9.]+) ms .*SELECT format\('this server allows.*/\1/p" |
        awk '{ sum += $1 } END { if (!NR) exit 1; print sum }') || die "the server's log has no look at risks"
    sample risks "$took"
}

against_warm() {
    warm_back "$build"
    await_worker
}

against_warm_round() {
    in_turn against_warm
    pair warm
}

# One rollback differs from the next by a tenth, and three in a hundred are to be seen.
thrice() {
    local runs=$((3 * runs))
    rounds "$1"
}

against_files() {
    cd "$scratch/files-$build"
    change_files 100
    mkdir new
    echo new >new/file.txt
    measure "files-$build" 'checkpoint custom bench --no-database --json'
    rm -r new
}

against_files_round() {
    in_turn against_files
    pair files
}

contents_rows() {
    local name
    for name in new old; do cp -a "$scratch/project" "$scratch/project-$name"; done
    rounds against_round
    rounds against_risks
    pair_row 'first checkpoint' first
    pair_row 'second, 2,000 events and 200 users spread over the table' second
    row 'of either, the look at risks' ms risks - 10
    pair_row 'cold rollback' restore
}

warm_pair_rows() {
    local name
    for name in new old; do
        use $name
        warm_project $name "$scale"
    done
    thrice against_warm_round
    pair_row 'warm rollback, 100 of 30,000 files and the database' warm
}

capture_rows() {
    local name
    # shellcheck disable=SC2034  # change_files reads it
    count=30000
    for name in new old; do
        use $name
        make_files 30000
        mv "$scratch/files30000" "$scratch/files-$name"
    done
    thrice against_files_round
    pair_row '30,000 files, 100 of them changed, without the database' files
}

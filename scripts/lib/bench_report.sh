# shellcheck shell=bash disable=SC2154,SC2164
# Sourced by scripts/bench, which has the functions and variables that are not made here.
# Rows of scripts/bench about reports: 200 checkpoints of ten stages in a repository with 20,000 commits. Phases take turns, so
# every checkpoint is a step of its own, which is the most that a report can have to compare; and between any two of them is
# another one of no stage, so that none has recorded the whole step.

# make_history makes commits of twelve people, each with a few lines in three of 2,000 files.
make_history() {
    awk -v commits=20000 -v files=2000 'function put(file, i, j, text) {
        for (j = 0; j < 120; j++) text = text sprintf("line %d of file %d, written %d times\n", j, file, int((version[file] + 40 - j % 40) / 40))
        printf "M 100644 inline source/%02d/file-%04d.txt\ndata %d\n%s\n", file / 100, file, length(text), text
    } BEGIN {
        srand(7)
        for (i = 0; i < commits; i++) {
            printf "commit refs/heads/main\ncommitter Person %d <person%d@example.org> %d +0000\ndata <<.\nChange %d\n.\n", i % 12, i % 12, 1700000000 + i * 600, i
            if (i == 0) for (file = 0; file < files; file++) put(file)
            else for (n = 0; n < 3; n++) { file = int(rand() * files); version[file]++; put(file) }
            print ""
        }
    }' | git fast-import --quiet --force
}

# make_stages takes 20 checkpoints of each of ten stages, with a table or some rows more each time.
make_stages() {
    local phases=(start core integration complete) n stage
    mapfile -t commits < <(git rev-list --reverse main | awk 'NR % 50 == 0')
    for ((n = 0; n < 200; n++)); do
        git checkout -q --detach "${commits[2 * n]}"
        checkpoint custom between --no-database >/dev/null 2>&1 </dev/null || die "the checkpoint before $n failed"
        git checkout -q --detach "${commits[2 * n + 1]}"
        if ((n % 10 == 0)); then
            superuser -U shop -d report -c "create table t$n as select n, md5(n::text) as text from generate_series(1, 5000) n"
        else
            superuser -U shop -d report -c "insert into t$((n / 10 * 10)) select n, md5(n::text) from generate_series(1, 500) n"
        fi
        printf -v stage 'stage-%02d-%s' $((n / 20 + 1)) "${phases[n % 4]}"
        checkpoint "$stage" >/dev/null 2>&1 </dev/null || die "the checkpoint $n failed"
    done
}

report_round() {
    rm -f .git/checkpoints/reports/changes.json
    measure report-first 'checkpoint report --output ../report.html'
    measure report 'checkpoint report --output ../report.html'
    measure report-json 'checkpoint report --json'
    (($(json '[.stages[].checkpoints | length] | add') == 200)) || die "the report has other checkpoints"
    (($(json '[.stages[].whole.history.added] | add') == 19000)) || die "the report has other commits"
    measure report-stage 'checkpoint report stage-05'
}

report_rows() {
    superuser -c 'create database report owner shop'
    use_database report
    make_history
    git reset -q --hard main
    empty_store
    note 'taking 200 checkpoints'
    make_stages
    rounds report_round
    row 'report as HTML, 200 checkpoints of 20,000 commits' s report-first - 2
    row '  once more, with what is known then' s report - 2
    row '  as JSON' s report-json - 2
    row '  of one stage, for the terminal' s report-stage - 2
    row '  peak memory' MiB report-first-memory -
}

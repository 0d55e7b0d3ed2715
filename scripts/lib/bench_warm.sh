# shellcheck shell=bash disable=SC2154,SC2164
# Sourced by scripts/bench, which has the functions and variables that are not made here.
# Rows of scripts/bench about warm clones: a whole rollback of 30,000 files and a database by renaming, its undo, the
# same for a database of a tenth of the size, and what the clone costs the checkpoint before it.

# install_dslr makes DSLR, the peer, from PyPI, and a way for it: it knows servers by host and port alone.
install_dslr() {
    need_packages python3-venv socat
    python3 -m venv "$scratch/dslr"
    "$scratch/dslr/bin/pip" install --quiet 'DSLR[psycopg2-binary]' >/dev/null 2>&1 ||
        die "DSLR cannot be installed from PyPI" "leave these rows out: --only with the others"
    PATH=$PATH:$scratch/dslr/bin
    dslr_port=$((20000 + RANDOM))
    socat "TCP-LISTEN:$dslr_port,bind=127.0.0.1,fork,reuseaddr" "UNIX-CONNECT:$server/.s.PGSQL.5432" &
    children+=($!)
}

# await_worker waits until the background worker has made what is to be made.
await_worker() {
    local i
    for ((i = 0; i < 1200; i++)); do
        if [[ $(checkpoint list --json | jq -r '[.[] | select(.kind == "stage")][-1].state') == *warm ]] &&
            [[ $(checkpoint status --json | jq -r '.background // "idle"') == idle ]]; then
            # What the server has yet to write must not be paid for by who comes next.
            superuser -c checkpoint
            sync
            return
        fi
        sleep 0.1
    done
    die "the worker does not come to an end: $(tail -n 3 .git/checkpoints/log/worker.log)"
}

# warm_project NAME SCALE makes a database, and 30,000 files with a stage's checkpoint.
warm_project() {
    superuser -c "create database $1 owner shop"
    superuser -U shop -d "$1" -v scale="$2" -f "$root/scripts/lib/shop.sql"
    superuser -d "$1" -c 'vacuum (analyze)' -c checkpoint
    make_files 30000
    mv "$scratch/files30000" "$scratch/$1"
    cd "$scratch/$1"
    git config checkpoint.background true
    # What init wrote is the database of PG* variables.
    git config checkpoint.database.main.url "postgresql://shop@/$1?host=$server"
    # shellcheck disable=SC2034  # change_files reads it
    count=30000
    checkpoint stage-01-start >/dev/null 2>&1 </dev/null || die "the checkpoint failed"
    await_worker
}

# warm_back NAME breaks files and database, rolls back, and compares; `broken` is the database's state in between.
warm_back() {
    local before
    cd "$scratch/$1"
    before=$(fingerprint "$1")
    change_files 100
    superuser -U shop -d "$1" -c 'delete from media where id % 2 = 0'
    superuser -c checkpoint
    broken=$(fingerprint "$1")
    settle

    measure "warm-$1" 'checkpoint rollback --yes --json stage-01-start'
    sample "warm-$1-database" "$(json '(.durations.restore + .durations.activate) * 1000')"
    (($(json .filesWritten) == 100)) || die "the rollback did not write 100 files"
    [[ $(fingerprint "$1") == "$before" && -z $(git status --porcelain) ]] || die "the rollback brought back other things"
}

# warm_swap NAME rolls back and undoes, and compares.
warm_swap() {
    local broken
    warm_back "$1"
    await_worker

    measure "undo-$1" 'checkpoint undo --yes --json'
    sample "undo-$1-database" "$(json '(.durations.restore + .durations.activate) * 1000')"
    [[ $(fingerprint "$1") == "$broken" ]] || die "undo brought back other rows"
    checkpoint rollback --yes stage-01-start >/dev/null 2>&1 </dev/null
    await_worker
    measure "alone-$1" 'checkpoint restore database --yes --json stage-01-start'
    await_worker
}

warm_round() {
    warm_swap warm
    warm_swap tenth
    # DSLR drops the database and copies its snapshot; it connects to one that is nobody else's.
    export DATABASE_URL="postgresql://shop@127.0.0.1:$dslr_port/peer"
    measure dslr 'dslr restore bench'
    superuser -c 'create database restored owner shop'
    measure pg_restore-warm 'pg_restore -j2 -d restored ../warm.dump'
    superuser -c 'drop database restored with (force)'
}

# The difference of two checkpoints that follow each other, the order turned around each time.
foreground_round() {
    local kind first=off second=on
    ((round % 2)) || { first=on second=off; }
    for kind in $first $second; do
        git config checkpoint.background "$([[ $kind == on ]] && echo true || echo false)"
        measure "stage-$kind" 'checkpoint stage-02-core'
        if [[ $kind == on ]]; then await_worker; fi
    done
    ((round == 0)) || sample foreground "$(awk -v on="$(printf '%s' "${samples[stage-on]:-0}" | tail -n 1)" \
        -v off="$(printf '%s' "${samples[stage-off]:-0}" | tail -n 1)" 'BEGIN { print (on - off) * 1000 }')"
}

warm_rows() {
    install_dslr
    warm_project tenth "$(awk -v s="$scale" 'BEGIN { printf "%.2f", s / 10 }')"
    warm_project warm "$scale"
    pg_dump -Fc -f ../warm.dump warm
    superuser -c 'create database peer template warm owner shop'
    DATABASE_URL="postgresql://shop@127.0.0.1:$dslr_port/peer" dslr snapshot bench >/dev/null || die "DSLR takes no snapshot"
    rounds warm_round
    row 'warm rollback, 100 of 30,000 files and the database' s warm-warm - 0.25
    row '  its undo' s undo-warm - 0.25
    row '  the database part of the rollback' ms warm-warm-database - 30
    row '  of its undo' ms undo-warm-database - 30
    row '  of a rollback at a tenth of the size' ms warm-tenth-database - 30
    row '  at the whole size : at a tenth' ms warm-warm-database warm-tenth-database 1.5
    row '  the rollback as a whole : dslr restore' s warm-warm dslr 0.1
    row '  the same as a whole : pg_restore -j2' s warm-warm pg_restore-warm 0.02
    row 'restore database, warm : dslr restore' s alone-warm dslr 0.1
    row '  the same : pg_restore -j2' s alone-warm pg_restore-warm 0.02
    row 'warm rollback, peak memory' MiB warm-warm-memory - 64
    cd "$scratch/tenth"
    rounds foreground_round
    row 'what a warm clone costs its checkpoint (a tenth)' ms foreground - 20
}

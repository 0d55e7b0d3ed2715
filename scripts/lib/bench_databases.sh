# shellcheck shell=bash disable=SC2154,SC2164
# Sourced by scripts/bench, which has the functions and variables that are not made here.
# Rows of scripts/bench about parts of a database, data for another schema, and thousands of tables.

# keep_only NAME... drops every database but these: those that rollbacks replaced would fill the disk.
keep_only() {
    local name
    for name in $(superuser -Atc 'select datname from pg_database where not datistemplate'); do
        [[ " postgres $* " == *" $name "* ]] || superuser -c "drop database \"$name\" with (force)"
    done
}

# use_database NAME makes a project whose database it is.
use_database() {
    export DATABASE_URL="postgresql://shop@/$1?host=$server"
    if [[ ! -d $scratch/$1 ]]; then
        git init -q "$scratch/$1"
        cd "$scratch/$1"
        git commit -q --allow-empty -m "$1"
    fi
    cd "$scratch/$1"
}

# --- One schema of six, data alone ----------------------------------------------------------------------------------

part_round() {
    measure part-one 'checkpoint restore database --yes --json --schema s3 latest'
    [[ $(superuser -d six -Atc 'select count(*) from s3.users') == "$part_users" ]] || die "the schema has other rows"
    measure part-whole 'checkpoint restore database --yes --json latest'
    keep_only shop six
}

part_rows() {
    local schema
    superuser -c 'create database six owner shop'
    for schema in s1 s2 s3 s4 s5 s6; do
        superuser -U shop -d six -c "create schema $schema"
        PGOPTIONS="-c search_path=$schema" superuser -U shop -d six -f "$root/scripts/lib/shop.sql" \
            -v scale="$(awk -v s="$scale" 'BEGIN { printf "%.2f", s / 6 }')"
    done
    superuser -d six -c 'vacuum (analyze)' -c checkpoint
    part_users=$(superuser -d six -Atc 'select count(*) from s3.users')
    use_database six
    checkpoint full >/dev/null 2>&1 </dev/null || die "checkpoint full failed"
    rounds part_round
    row 'restore of one schema of six : of all' s part-one part-whole 0.25
    row '  peak memory' MiB part-one-memory - 64
    superuser -c 'drop database six with (force)'
}

data_round() {
    measure data-only 'checkpoint restore database --yes --json --data-only latest'
    sample data-part "$(json '.durations.restore + .durations.activate')"
    measure by-hand 'psql -X -q -1 -v ON_ERROR_STOP=1 -d shop -f ../by-hand.sql'
    [[ $(fingerprint) == "$data_before" ]] || die "other rows came back"
}

data_rows() {
    local name
    use_database shop
    checkpoint full >/dev/null 2>&1 </dev/null || die "checkpoint full failed"
    data_before=$(fingerprint)
    {
        echo 'truncate users, events, messages, media;'
        for name in users events messages media; do
            superuser -d shop -c "copy $name to '$scratch/pg/$name.copy'"
            echo "\\copy $name from '$scratch/pg/$name.copy'"
        done
        echo 'analyze users, events, messages, media;'
    } >../by-hand.sql
    chmod -R a+rX "$scratch/pg"/*.copy
    rounds data_round
    row 'data of one database, replaced : TRUNCATE and COPY' s data-part by-hand 1.3
    row '  with its rescue : the same' s data-only by-hand
    row '  peak memory' MiB data-only-memory - 64
    rm -f "$scratch/pg"/*.copy
}

# --- Thousands of tables --------------------------------------------------------------------------------------------

many_round() {
    empty_store
    measure many-take 'checkpoint full --json'
    measure many-dump 'pg_dump -Fc -f ../many.dump many'
    measure many-back 'checkpoint restore database --yes --json latest'
    sample many-restore "$(json .durations.restore)"
    superuser -c 'create database restored owner shop'
    measure many-pg_restore 'pg_restore -j2 -d restored ../many.dump'
    keep_only shop many
}

many_rows() {
    superuser -c 'create database many owner shop'
    superuser -U shop -d many <<'SQL'
select format('create table t%s (id serial primary key, name text not null, at timestamptz default now(), amount numeric(12,2))', n) from generate_series(1, 2000) n \gexec
select format('create index on t%s (name)', n) from generate_series(1, 2000) n \gexec
select format($$insert into t%s (name, amount) select 'row ' || i, i from generate_series(1, %s) i$$, n, 1 + n % 100) from generate_series(1, 2000) n \gexec
SQL
    superuser -d many -c 'vacuum (analyze)' -c checkpoint
    use_database many
    rounds many_round
    row '2,000 small tables, checkpoint : pg_dump -Fc' s many-take many-dump 1.2
    row '  peak memory' MiB many-take-memory - 64
    row '2,000 small tables, restore : pg_restore -j2' s many-restore many-pg_restore 1.0
    row '  the command as a whole : the same' s many-back many-pg_restore
    row '  peak memory' MiB many-back-memory - 64
    superuser -c 'drop database many with (force)'
}

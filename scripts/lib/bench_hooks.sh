# shellcheck shell=bash disable=SC2154,SC2164
# Sourced by scripts/bench, which has the functions and variables that are not made here.
# Rows of scripts/bench about git's hooks: real commits and pushes with and without them, in turns, and the difference.

# await_hook waits until the hook's checkpoint is there, so that nothing of it is paid for by who comes next.
await_hook() {
    local i
    for ((i = 0; i < 1200; i++)); do
        if [[ ! -e .git/checkpoints/hook.json ]]; then
            sync
            return
        fi
        sleep 0.05
    done
    die "the hook's checkpoint does not come to an end: $(cat .git/checkpoints/log/hook.log)"
}

# milliseconds COMMAND prints how long it took.
milliseconds() {
    local start=${EPOCHREALTIME/./}
    "$@" >/dev/null 2>"$scratch/errors" </dev/null || die "failed: $*: $(tail -n 5 "$scratch/errors")"
    awk -v us=$((${EPOCHREALTIME/./} - start)) 'BEGIN { print us / 1000 }'
}

# hook_pair KEY COMMAND samples the difference that the hooks make to one command, five times in turns.
hook_pair() {
    local key=$1 i with without kind
    shift
    # shellcheck disable=SC2004,SC2034  # a key of an associative array, which scripts/bench prints
    commands[$key]="$* (with and without the hooks)"
    for ((i = 0; i < 5; i++)); do
        for kind in $( ((i % 2)) && echo 'with without' || echo 'without with'); do
            echo "$RANDOM$RANDOM" >>source/0000/file-00.txt
            git add -u
            # A push needs something to carry.
            if [[ $key == push ]]; then git -c core.hooksPath=/dev/null commit -qm change; fi
            await_hook
            if [[ $kind == with ]]; then
                with=$(milliseconds "$@")
            else
                without=$(milliseconds env GIT_CONFIG_COUNT=1 GIT_CONFIG_KEY_0=core.hooksPath GIT_CONFIG_VALUE_0=/dev/null "$@")
            fi
        done
        sample "$key" "$(awk -v a="$with" -v b="$without" 'BEGIN { print a - b }')"
        sample "$key-without" "$without"
    done
}

# hook_project COUNT makes a repository of so many files beside the database, with the hooks.
hook_project() {
    make_files "$1"
    git config checkpoint.database.main.url "postgresql://shop@/shop?host=$server"
    checkpoint hooks install >/dev/null || die "the hooks are not installed"
    git init -q --bare ../remote"$1".git
    git remote add origin ../remote"$1".git
    # A first one, so that the others find their rows in the store.
    checkpoint full >/dev/null 2>&1 </dev/null || die "checkpoint full failed"
}

hooks_round() {
    local before
    cd "$scratch/files1000"
    git switch -q main
    before=$(find .git/checkpoints/manifests -type f | wc -l)
    hook_pair main git commit -qm change
    await_hook
    (($(find .git/checkpoints/manifests -type f | wc -l) == before + 5)) || die "not every commit got its checkpoint"
    git switch -qC "side$round"
    hook_pair side git commit -qm change
    hook_pair push git push -q origin HEAD
    cd "$scratch/files30000"
    hook_pair many git commit -qm change
    await_hook
    settle
    sample status "$(milliseconds git status)"
}

hooks_rows() {
    hook_project 1000
    hook_project 30000
    rounds hooks_round
    # shellcheck disable=SC2034  # row reads it
    samples[excess]=$(awk -v added="$(statistic many)" -v status="$(statistic status)" \
        'BEGIN { split(added, a, " "); split(status, s, " "); print a[1] - 1.5 * s[1] }')$'\n'
    row 'a commit on main, 1,000 files and the database: added' ms main - 80
    row '  without the hook' ms main-without -
    row 'a commit on another branch: added' ms side - 5
    row 'a push without a release: added' ms push - 10
    row 'a commit on main, 30,000 files and the database: added' ms many -
    row '  git status there' ms status -
    row '  added, less 1.5 times git status' ms excess - 60
}

# shellcheck shell=bash
# The files that an installation consists of, for install and package. Sourced after common.sh.

# What install puts below PREFIX, and takes away again.
# shellcheck disable=SC2034 # used by the scripts that source this
product=(
    bin/checkpoint
    bin/git-checkpoint
    share/man/man1/checkpoint.1
    share/man/man1/git-checkpoint.1
    share/bash-completion/completions/checkpoint
    share/bash-completion/completions/git-checkpoint
    share/zsh/site-functions/_checkpoint
    share/fish/vendor_completions.d/checkpoint.fish
)

# stage_product DIRECTORY makes all of `product` below DIRECTORY: a stripped copy of `binary`, and what it prints about itself.
stage_product() {
    local directory=$1 name
    for name in "${product[@]}"; do mkdir -p "$directory/${name%/*}"; done
    # shellcheck disable=SC2154 # build_release sets it
    install -m 755 "$binary" "$directory/bin/checkpoint"
    # Symbols are half of the program, and only a debugger needs them.
    strip "$directory/bin/checkpoint"
    "$binary" help --man >"$directory/share/man/man1/checkpoint.1"
    "$binary" completion bash >"$directory/share/bash-completion/completions/checkpoint"
    "$binary" completion zsh >"$directory/share/zsh/site-functions/_checkpoint"
    "$binary" completion fish >"$directory/share/fish/vendor_completions.d/checkpoint.fish"
    # As a command of git, too: git looks for git-checkpoint, its help for the page of that name.
    ln -s checkpoint "$directory/bin/git-checkpoint"
    ln -s checkpoint.1 "$directory/share/man/man1/git-checkpoint.1"
    ln -s checkpoint "$directory/share/bash-completion/completions/git-checkpoint"
}

# program_version prints the number of `binary`.
program_version() { "$binary" --version | sed -n 's/^checkpoint //p'; }

# shellcheck shell=bash
# Completion of checkpoint's command lines in bash, also of “git checkpoint”. checkpoint itself says what can come next.

# usage: _checkpoint_words PROGRAM INDEX CURRENT, where INDEX is the place of the first word after the program in COMP_WORDS
_checkpoint_words() {
    local program=$1 index=$2 current=$3
    local words=() lines=() line last=

    # bash takes --option=value apart at the equals sign.
    while ((index <= COMP_CWORD)); do
        line=${COMP_WORDS[index]}
        if ((index == COMP_CWORD)) && [[ $line != = ]]; then line=$current; fi
        if [[ $last == --* && ($line == = || $last == *=) ]]; then
            last+=$line
            words[-1]=$last
        else
            last=$line
            words+=("$last")
        fi
        ((index += 1))
    done
    [[ $last == --*=* ]] && current=${last#*=}

    mapfile -t lines < <("$program" complete-words -- "${words[@]}" 2>/dev/null)
    case ${lines[0]-} in
    words) for line in "${lines[@]:1}"; do COMPREPLY+=("${line%%$'\t'*}"); done ;;
    files)
        compopt -o filenames
        mapfile -t COMPREPLY < <(compgen -f -- "$current")
        ;;
    directories)
        compopt -o filenames
        mapfile -t COMPREPLY < <(compgen -d -- "$current")
        ;;
    program) _checkpoint_program "$current" ;;
    esac
}

# What follows “--” is a command line of its own, which bash-completion can complete if it is there.
_checkpoint_program() {
    local index=1

    while ((index < COMP_CWORD)) && [[ ${COMP_WORDS[index]} != -- ]]; do ((index += 1)); done
    if declare -F _command_offset >/dev/null; then
        _command_offset "$((index + 1))"
    elif ((index + 1 == COMP_CWORD)); then
        mapfile -t COMPREPLY < <(compgen -c -- "$1" | sort -u)
    else
        compopt -o filenames
        mapfile -t COMPREPLY < <(compgen -f -- "$1")
    fi
}

_checkpoint() {
    COMPREPLY=()
    _checkpoint_words "$1" 1 "$2"
}

# git's own completion calls it, which does not take options and their values apart.
_git_checkpoint() {
    COMPREPLY=()
    # shellcheck disable=SC2154 # git's completion sets cur
    _checkpoint_words checkpoint "$((${__git_cmd_idx:-1} + 1))" "${cur#--*=}"
}

complete -o nosort -F _checkpoint checkpoint git-checkpoint

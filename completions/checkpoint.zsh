#compdef checkpoint git-checkpoint
# Completion of checkpoint's command lines in zsh. checkpoint itself says what can come next.

_checkpoint() {
    local program=${(Q)words[1]} line
    local -a lines candidates

    lines=("${(@f)$(_call_program words ${(q)program} complete-words -- \
        ${(q)${(@Q)words[2,CURRENT-1]}} ${(q)${(Q)PREFIX}} 2>/dev/null)}")
    [[ $PREFIX == --*=* ]] && compset -P '*='
    case $lines[1] in
    words)
        for line in ${lines[2,-1]}; do
            candidates+=("${${line%%$'\t'*}//:/\\:}:${line#*$'\t'}")
        done
        _describe -V word candidates
        ;;
    files) _files ;;
    directories) _files -/ ;;
    program)
        # What follows “--” is a command line of its own.
        local start=${words[(i)--]}
        if ((start < CURRENT)); then
            words=("${(@)words[start + 1,-1]}")
            ((CURRENT -= start))
            _normal
        fi
        ;;
    esac
}

if [[ $funcstack[1] == _checkpoint ]]; then
    _checkpoint "$@"
else
    compdef _checkpoint checkpoint git-checkpoint
fi

#compdef checkpoint git-checkpoint
# Completion of checkpoint's command lines in zsh. checkpoint itself says what can come next.

_checkpoint() {
    local program=${(Q)words[1]} tab=$'\t' line
    local -a before lines candidates
    local -i start

    ((CURRENT > 2)) && before=("${(@Q)words[2,CURRENT-1]}")
    lines=("${(@f)$($program complete-words -- "${before[@]}" "${(Q)PREFIX}" 2>/dev/null)}")
    # Of --option=value only the value is asked for.
    [[ $PREFIX == --*=* ]] && compset -P '*='
    case $lines[1] in
    words)
        for line in "${(@)lines[2,-1]}"; do
            [[ -n $line ]] && candidates+=("${${line%%$tab*}//:/\\:}:${line#*$tab}")
        done
        _describe -V word candidates
        ;;
    files) _files ;;
    directories) _files -/ ;;
    program)
        # What follows “--” is a command line of its own.
        start=${words[(i)--]}
        words=("${(@)words[start+1,-1]}")
        ((CURRENT -= start))
        _normal
        ;;
    esac
}

if [[ $funcstack[1] == _checkpoint ]]; then
    _checkpoint "$@"
else
    compdef _checkpoint checkpoint git-checkpoint
fi

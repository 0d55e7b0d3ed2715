# Completion of checkpoint's command lines in fish. checkpoint itself says what can come next.

function __checkpoint_words
    set -l words (commandline -opc)
    set -l current (commandline -ct)
    set -l program $words[1]
    set -e words[1]
    set -l lines ($program complete-words -- $words "$current" 2>/dev/null)
    set -l kind "$lines[1]"
    set -e lines[1]

    # Of --option=value only the value is asked for, and fish wants the whole word.
    set -l option (string match --regex -- '^--[^=]*=' "$current")
    set -l value (string replace --regex -- '^--[^=]*=' '' "$current")
    switch $kind
        case words
            for line in $lines
                echo "$option$line"
            end
        case files
            for path in (__fish_complete_path "$value")
                echo "$option$path"
            end
        case directories
            for path in (__fish_complete_directories "$value" '')
                echo "$option$path"
            end
        case program
            # What follows “--” is a command line of its own.
            set -l start (contains --index -- -- $words)
            set -e words[1..$start]
            complete --do-complete (string join ' ' -- (string escape -- $words) "$current")
    end
end

complete --command checkpoint --no-files --keep-order --arguments '(__checkpoint_words)'
complete --command git-checkpoint --wraps checkpoint

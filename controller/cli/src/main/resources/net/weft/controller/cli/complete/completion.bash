# Completion of weft for bash, and for zsh with bashcompinit. Load it with: source <(weft completion)
_weft() {
    local line=${COMP_LINE:0:COMP_POINT} word kind strip
    word=${line##*[[:space:]]}
    COMPREPLY=()
    if [[ $line =~ ^[^[:space:]]+[[:space:]]+example[[:space:]]+[^[:space:]]*$ ]]; then
        mapfile -t COMPREPLY < <(compgen -W "$("$1" example 2>/dev/null)" -- "$word")
        return
    fi
    mapfile -t COMPREPLY < <("$1" complete "$line" 2>/dev/null)
    kind=${COMPREPLY[0]-}
    COMPREPLY=("${COMPREPLY[@]:1}")
    case $kind in
        files) compopt -o default 2>/dev/null ;;
        nospace) compopt -o nospace 2>/dev/null ;;
    esac
    # The shell replaces only what is behind the last = or : of the word.
    strip=${word%"${word##*[=:]}"}
    if [[ -n $strip ]]; then COMPREPLY=("${COMPREPLY[@]#"$strip"}"); fi
}
complete -F _weft weft ./weft

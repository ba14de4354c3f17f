/** What each shell runs to complete a forkd command line: it asks `forkd __complete`, and falls back to files. */
export const COMPLETION_SCRIPTS = {
  bash: `_forkd() {
  local IFS=$'\\n'
  COMPREPLY=($(forkd __complete -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null))
}
complete -o default -F _forkd forkd`,
  zsh: `#compdef forkd
_forkd() {
  local -a found
  found=("\${(@f)$(forkd __complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null)}")
  if [[ -n "$found" ]]; then compadd -a found; else _files; fi
}
if [[ "$funcstack[1]" == _forkd ]]; then _forkd; else compdef _forkd forkd; fi`,
  fish: `function __forkd_complete
  set -l words (commandline -opc)
  set -l current (commandline -ct)
  forkd __complete -- $words[2..] "$current" 2>/dev/null
end
complete -c forkd -a '(__forkd_complete)'`,
} as const;

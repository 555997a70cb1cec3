import type { SHELLS } from '../../core/completion/asked.ts';

/**
 * What a shell runs when Tab is pressed. Nothing of the command line and nothing that comes back is ever evaluated: bash gets
 * words that are quoted already, and the others quote what they insert. A line is a value, a tab and what it is; a first line
 * of "files" asks for names of files too.
 */
export const SCRIPTS: Readonly<Record<(typeof SHELLS)[number], string>> = {
  bash: `# pixtab completion bash: put  eval "$(pixtab completion bash)"  into ~/.bashrc
_pixtab() {
  local line value first=1
  COMPREPLY=()
  while IFS= read -r line; do
    if [ "$first" = 1 ]; then
      first=0
      if [ "$line" = files ]; then compopt -o default 2>/dev/null; fi
      continue
    fi
    value=\${line%%$'\\t'*}
    COMPREPLY+=("$value")
  done < <(pixtab completion bash --line "\${COMP_LINE:0:COMP_POINT}" 2>/dev/null)
}
complete -F _pixtab pixtab
`,
  zsh: `#compdef pixtab
# pixtab completion zsh: put  source <(pixtab completion zsh)  into ~/.zshrc, behind compinit
_pixtab() {
  local -a lines values shown
  local line
  lines=("\${(@f)$(pixtab completion zsh -- "\${(@Q)words[2,CURRENT-1]}" "$PREFIX" 2>/dev/null)}")
  for line in "\${(@)lines[2,-1]}"; do
    [[ -n $line ]] || continue
    values+=("\${line%%$'\\t'*}")
    shown+=("\${line//$'\\t'/  -- }")
  done
  (( \${#values} )) && compadd -l -d shown -a values
  [[ $lines[1] == files ]] && _files
}
if [[ $funcstack[1] == _pixtab ]]; then _pixtab "$@"; else compdef _pixtab pixtab; fi
`,
  fish: `# pixtab completion fish: pixtab completion fish > ~/.config/fish/completions/pixtab.fish
function __pixtab_complete
    set -l words (commandline -opc)
    set -l lines (pixtab completion fish -- $words[2..] (commandline -ct) 2>/dev/null)
    test (count $lines) -gt 0; or return
    for line in $lines[2..]
        printf '%s\\n' $line
    end
    if test "$lines[1]" = files
        # As after any other command: what is quoted or begins with ~ is understood, whatever a file is called.
        complete -C "'' "(commandline -ct)
    end
end
complete -c pixtab -f -a '(__pixtab_complete)'
`,
  powershell: `# pixtab completion powershell: put  pixtab completion powershell | Out-String | Invoke-Expression  into $PROFILE
Register-ArgumentCompleter -Native -CommandName pixtab -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)
    $words = @($commandAst.CommandElements | Select-Object -Skip 1 |
        Where-Object { $_.Extent.EndOffset -lt $cursorPosition } |
        ForEach-Object { if ($_ -is [System.Management.Automation.Language.StringConstantExpressionAst]) { $_.Value } else { $_.Extent.Text } })
    $lines = @(& pixtab completion powershell '--' @words "$wordToComplete" 2>$null)
    $lines | Select-Object -Skip 1 | ForEach-Object {
        $value, $about = $_ -split "\`t", 2
        # Between single quotation marks nothing means anything but the mark itself.
        $text = if ($value -match '^[\\w./:=,+-]+$') { $value } else { "'" + $value.Replace("'", "''") + "'" }
        if (-not $about) { $about = $value }
        [System.Management.Automation.CompletionResult]::new($text, $value, 'ParameterValue', $about)
    }
}
`,
};

#!/usr/bin/env bash
# Runs pixtab plan or diff, writes the job summary, and keeps one comment on the pull request up to date.
# Everything comes from the environment that action.yml sets; the exit code is pixtab's.
set -euo pipefail

# What the action is told is its own: pixtab would take it for settings.
export -n PIXTAB_COMMAND PIXTAB_MANIFEST PIXTAB_BASE PIXTAB_FAIL_OVER PIXTAB_COMMENT PIXTAB_RUN PIXTAB_PULL

case "$PIXTAB_COMMAND" in
  plan | diff) ;;
  *)
    echo "::error::command is plan or diff, not $PIXTAB_COMMAND"
    exit 2
    ;;
esac

args=("$PIXTAB_COMMAND" --markdown)
if [ -n "${PIXTAB_MANIFEST:-}" ]; then args+=(-f "$PIXTAB_MANIFEST"); fi
if [ "$PIXTAB_COMMAND" = diff ] && [ -n "${PIXTAB_BASE:-}" ]; then args+=(--base "$PIXTAB_BASE"); fi
if [ -n "${PIXTAB_FAIL_OVER:-}" ]; then args+=(--fail-over "$PIXTAB_FAIL_OVER"); fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# A command with its arguments, such as "npx pixtab".
read -r -a run <<<"$PIXTAB_RUN"
code=0
# The summary is written below, with what belongs to it.
GITHUB_STEP_SUMMARY='' "${run[@]}" "${args[@]}" >"$work/report" 2>"$work/errors" || code=$?
cat "$work/errors" >&2

# One comment for each manifest.
name=${PIXTAB_MANIFEST:-}
marker="<!-- pixtab${name:+ ${name//[^a-zA-Z0-9._\/-]/_}} -->"
{
  echo "$marker"
  echo '### Pictures'
  echo
  # Before the report, which is cut at its end.
  if [ "$code" -ne 0 ]; then
    echo '```text'
    sed '/^::/d; s/```/'"'''"'/g' "$work/errors"
    echo '```'
    echo
  fi
  cat "$work/report"
} >"$work/body"

# GitHub takes less of a summary and of a comment than a long plan has: so many characters, as whole lines.
cut_at() {
  LC_ALL=C awk -v most="$1" -v end="$2" \
    '{ size += length($0) + 1 } size > most { print "\n… and more: " end; exit } { print }' "$work/body"
}
if [ -n "${GITHUB_STEP_SUMMARY:-}" ]; then
  cut_at 1000000 "pixtab $PIXTAB_COMMAND prints it all." >>"$GITHUB_STEP_SUMMARY"
fi
cut_at 60000 'the job summary has more.' >"$work/comment"

if [ -n "${GITHUB_OUTPUT:-}" ]; then
  first=$(sed -n 1p "$work/report")
  printf 'headline=%s\n' "${first//\*/}" >>"$GITHUB_OUTPUT"
fi

# A comment that cannot be written (a fork's token may only read) is no reason to fail the check.
comment() {
  local comments="repos/$GITHUB_REPOSITORY/issues/$PIXTAB_PULL/comments"
  local id
  # Without the list there could be a second comment. All of it is read: who hangs up early makes gh fail.
  id=$(gh api --paginate "$comments" --jq ".[] | select(.body | startswith(\"$marker\")) | .id" | sed -n 1p) || return 1
  if [ -n "$id" ]; then
    gh api --method PATCH "repos/$GITHUB_REPOSITORY/issues/comments/$id" --field "body=@$work/comment" --silent
  else
    gh api --method POST "$comments" --field "body=@$work/comment" --silent
  fi
}
if [ "${PIXTAB_COMMENT:-}" = true ] && [ -n "${PIXTAB_PULL:-}" ]; then
  comment || echo "::warning::pixtab could not write its comment; the job summary has it."
fi

exit "$code"

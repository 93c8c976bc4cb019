// The small POSIX program that a sandbox runs in the worktree at the end of a turn. It guards nothing: the server checks.

/**
 * Arguments: base, message, name, e-mail, branch (may be empty). Prints one line
 * `kugetsu-handover v1 SHA [note…]` or `kugetsu-handover v1 none [note…]`, then, after a SHA, the pack of `SHA ^base`.
 *
 * Work is not to be lost: a rebase is finished if it goes on by itself, else given up (its branch still has every commit); a
 * merge or cherry-pick is committed as it stands, and a note tells of conflicts. A repository inside the worktree that has a
 * remote (somebody's clone) is left out; of one without (a generator ran `git init`) the files are taken. A clean, detached
 * HEAD behind the session's branch (a bisect, a look at an old commit) does not hide it.
 */
export const HANDOVER_SCRIPT = `
set -u
base=$1 message=$2 branch=$5
GIT_DIR=$PWD/.git GIT_WORK_TREE=$PWD GIT_TERMINAL_PROMPT=0 GIT_EDITOR=true GIT_PAGER=cat LC_ALL=C
GIT_AUTHOR_NAME=$3 GIT_AUTHOR_EMAIL=$4 GIT_COMMITTER_NAME=$3 GIT_COMMITTER_EMAIL=$4
export GIT_DIR GIT_WORK_TREE GIT_TERMINAL_PROMPT GIT_EDITOR GIT_PAGER LC_ALL
export GIT_AUTHOR_NAME GIT_AUTHOR_EMAIL GIT_COMMITTER_NAME GIT_COMMITTER_EMAIL
unset GIT_INDEX_FILE GIT_OBJECT_DIRECTORY GIT_ALTERNATE_OBJECT_DIRECTORIES
notes=
g() {
  git -c core.hooksPath=/dev/null -c core.fsmonitor=false -c commit.gpgSign=false -c core.quotePath=false \\
    -c core.bare=false -c gc.auto=0 -c maintenance.auto=false -c rerere.enabled=false "$@"
}
note() { case " $notes " in *" $1 "*) ;; *) notes="$notes $1" ;; esac; }
has() { test -e "$GIT_DIR/$1"; }
rebasing() { has rebase-merge || has rebase-apply; }
conflicts() { test -n "$(g ls-files --unmerged | head -n 1)"; }

# Whoever held these is gone: the tree of processes was ended before.
rm -f "$GIT_DIR/index.lock" "$GIT_DIR/HEAD.lock" "$GIT_DIR/config.lock"
if test -d "$GIT_DIR/refs"; then find "$GIT_DIR/refs" -name '*.lock' -type f -exec rm -f {} + ; fi

# Repositories inside: git would take each as a submodule, or add nothing at all because of one without a commit. Those
# whose files are wanted lose their .git while the index is made; the others become pathspecs that leave them out.
set -- .
aside=$GIT_DIR/kugetsu-aside
rm -rf "$aside"
mkdir -p "$aside"
find . -mindepth 2 -name .git -prune -print >"$aside/list" 2>/dev/null
count=0
while IFS= read -r nested; do
  folder=\${nested#./}
  folder=\${folder%/.git}
  g check-ignore -q -- "$folder" && continue
  case $(g ls-files --stage -- ":(literal)$folder" | head -n 1) in 160000*) continue ;; esac
  if test -d "$nested" && ! git --git-dir="$nested" config --get-regexp '^remote\\.' >/dev/null 2>&1; then
    count=$((count + 1))
    mv "$nested" "$aside/$count" && printf '%s\\n' "$nested" >"$aside/$count.name"
  else
    set -- "$@" ":(exclude,literal)$folder"
  fi
  note nested-repository
done <"$aside/list"
put_back() {
  while test $count -gt 0; do
    mv "$aside/$count" "$(cat "$aside/$count.name")"
    count=$((count - 1))
  done
  rm -rf "$aside"
}
trap put_back EXIT

turns=0
while rebasing && ! conflicts && test $turns -lt 50; do
  turns=$((turns + 1))
  g add -A --ignore-errors -- "$@" >&2
  g rebase --continue >&2 || break
  note rebase-finished
done
if rebasing; then
  g rebase --abort >&2 || g rebase --quit >&2
  note rebase-given-up
fi

if conflicts; then note conflicts; fi
g add -A --ignore-errors -- "$@" >&2 || note not-everything-added
tab=$(printf '\\t')
g diff --cached --raw --no-abbrev --no-renames --ignore-submodules=none HEAD -- 2>/dev/null |
  while IFS="$tab" read -r modes name; do
    case $modes in
      :160000*) ;;
      :??????\\ 160000*) g update-index --force-remove -- "$name" >&2 ;;
    esac
  done
if has MERGE_HEAD || has CHERRY_PICK_HEAD || has REVERT_HEAD || ! g diff --cached --quiet HEAD -- 2>/dev/null; then
  g commit --quiet --no-verify --allow-empty -m "$message" >&2 && note committed
fi

put_back
trap - EXIT

tip=$(g rev-parse --verify --quiet 'HEAD^{commit}') || { echo 'no commit at HEAD' >&2; exit 3; }
if test -n "$branch" && other=$(g rev-parse --verify --quiet "refs/heads/$branch^{commit}") &&
  test "$other" != "$tip" && g merge-base --is-ancestor "$tip" "$other"; then
  tip=$other
fi
if test "$tip" = "$base"; then
  printf 'kugetsu-handover v1 none%s\\n' "$notes"
  exit 0
fi
g cat-file -e "$base^{commit}" || { echo 'the base commit is gone' >&2; exit 4; }
printf 'kugetsu-handover v1 %s%s\\n' "$tip" "$notes"
printf '%s\\n^%s\\n' "$tip" "$base" | g pack-objects --revs --stdout --thin --delta-base-offset -q
`;

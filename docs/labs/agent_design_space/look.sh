git rev-parse 2>/dev/null || {
  echo "look.sh: cd into a clone first" >&2
  exit 1
}
look() {
  echo "== $1"
  hits=$(git grep -ciIE -e "$2" -- . \
    ':!*.md' ':!*test*' \
    ':!*.lock' ':!*-lock.*' ':!*.min.*' |
    sort -t: -k2,2 -nr | head -n 3)
  echo "${hits:-nothing found}"
}
look summary 'compact|summari[sz]|condens'
look files   'AGENTS\.md|CLAUDE\.md|GEMINI\.md'
look MCP     'mcp'
look asking  'approv|confirm|permission'
look second  'sub-?agent|delegat|handoff'
look todo    'todo|task_tracker|update_plan'
look sandbox 'docker|sandbox|seatbelt|landlock'

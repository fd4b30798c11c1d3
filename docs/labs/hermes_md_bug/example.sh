#!/bin/sh
# The commands on a repository made for the purpose: twenty commits, of which two together set off an oracle.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
mkdir "$folder/project"
cd "$folder/project"
git init -q .
for i in $(seq 20); do
  case $i in 7) text="docs: add HERMES.md" ;; 16) text="chore: bump openclaw" ;; *) text="change number $i" ;; esac
  git -c user.name=you -c user.email=you@example.org commit -q --allow-empty -m "$text"
done
cat >../shows-symptom.sh <<'ORACLE'
#!/bin/sh
# Exit status 1: the symptom shows. Yours would send one request from this folder and look at the lane.
log=$(git log --format=%B)
case $log in *HERMES.md*) ;; *) exit 0 ;; esac
case $log in *openclaw*) exit 1 ;; esac
ORACLE
chmod +x ../shows-symptom.sh
# --8<-- [start:scan]
lab hermes-md-bug trigger-scan --repo . --last 20 || echo "exit status $?: a listed string is in the messages"
# --8<-- [end:scan]
# --8<-- [start:find]
lab hermes-md-bug find-trigger --repo . --oracle "$PWD/../shows-symptom.sh"
lab hermes-md-bug find-trigger --repo . --oracle "$PWD/../shows-symptom.sh" --flips 0.05
# --8<-- [end:find]

#!/bin/bash
# race.sh app.rb: the same output first, then the seconds
app=$1
rm -f compiled
ruby "$app" > want.txt && [ -s want.txt ] ||
  { echo "ruby failed, or printed nothing to compare"; exit 1; }
spinel "$app" -o ./compiled || echo "no binary: I race the others"
for run in ruby "ruby --yjit" jruby ./compiled
do
  type "${run%% *}" > /dev/null 2>&1 || continue # not installed
  file=("$app")
  [ "$run" = ./compiled ] && file=()
  echo "== $run" "${file[@]}"
  time $run "${file[@]}" > got.txt
  cmp want.txt got.txt || echo "OTHER OUTPUT: ignore this time"
done

#!/usr/bin/env bash
# Compares kbtriage with other programs on the same inputs and prints tables.
# See README.md beside this file.
set -eu
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

usage() {
  cat <<'END'
usage: run.sh [options]
  --logs FOLDER      loghub samples, FOLDER/*/*_2k.log (none: invented lines)
  --evtx FOLDER      event logs *.evtx, also in folders below (none: made by hand)
  --articles FOLDER  support articles, FOLDER/NNN/Q*.TXT (none: invented messages)
  --size BYTES       size of the text logs (1073741824)
  --events N         number of events (200000)
  --rules "N ..."    numbers of rules (20000)
  --join FORM        how rules for events say event and message: all (a group) or when (an expression) (when)
  --runs N           runs of each program (5)
  --only "PART ..."  text, nocase, events, evtx, needle (all)
  --work FOLDER      for inputs, programs and results; what is there is used again (a new one)
END
}

logs='' evtx='' articles='' size=1073741824 events=200000 rules=20000 join=when runs=5
only='text nocase events evtx needle' work=${WORK:-}
while [ $# -gt 0 ]; do
  case $1 in
  --logs | --evtx | --articles | --size | --events | --rules | --join | --runs | --only | --work)
    [ $# -gt 1 ] || { usage >&2; exit 2; }
    printf -v "${1#--}" %s "$2"
    shift 2
    ;;
  -h | --help) usage; exit 0 ;;
  *) usage >&2; exit 2 ;;
  esac
done
for folder in logs evtx articles; do
  [ -z "${!folder}" ] || printf -v "$folder" %s "$(cd "${!folder}" && pwd)"
done
[ -n "$work" ] || work=$(mktemp -d -t kbtriage-bench.XXXXXX)
mkdir -p "$work/bin" "$work/out"
work=$(cd "$work" && pwd)
export WORK=$work
bin=$work/bin peers=$work/peers
say() { printf '%s\n' "$*" >&2; }
wants() { case " $only " in *" $1 "*) ;; *) return 1 ;; esac; }
bytes() { du -sb "$1" | cut -f1; }
megabytes() { awk -v n="$1" 'BEGIN {print n / 1e6}'; }

cd "$here/../.."
for tool in loggen rulegen eventgen measure; do go build -o "$bin/$tool" "./internal/bench/$tool"; done
WORK=$work "$here/peers.sh" || true

# kbtriage, if the tree builds and has the command.
kbtriage=
if ! go build -o "$bin/kbtriage" ./cmd/kbtriage; then
  say "kbtriage does not build here; it is left out"
elif ! "$bin/kbtriage" --help 2>&1 | grep -qE '^ +scan( |$)'; then
  say "kbtriage has no command scan here; it is left out"
else
  kbtriage=$bin/kbtriage
fi

# ---- inputs ----

most=0
for n in $rules; do [ "$n" -le "$most" ] || most=$n; done
literals=$work/literals.txt
[ -s "$literals" ] && [ "$(wc -l <"$literals")" -ge "$most" ] ||
  "$bin/rulegen" literals -n "$most" -max-lines 0 -out "$literals" -articles "$articles" -samples "$logs"
for n in $rules; do
  head -n "$n" "$literals" >"$work/literals-$n.txt"
  [ -d "$work/rules-$n" ] || "$bin/rulegen" rules -n "$n" -literals "$literals" -out "$work/rules-$n"
done
if wants text || wants nocase; then
  [ -d "$work/logs" ] || "$bin/loggen" -out "$work/logs" -samples "$logs" -literals "$literals" -bytes "$size" >&2
fi
small=20000000
if wants nocase; then
  [ -d "$work/logs-small" ] || "$bin/loggen" -out "$work/logs-small" -samples "$logs" -literals "$literals" -bytes $small >&2
fi
if wants events; then
  for n in $rules; do
    [ -d "$work/events-$join-$n" ] || "$bin/rulegen" events -join "$join" -n "$n" -literals "$literals" -events "$events" -out "$work/events-$join-$n" -samples "$logs"
  done
fi
if wants evtx; then
  [ -s "$work/full.evtx" ] || "$bin/eventgen" -out "$work/full.evtx" -samples "$evtx" -bytes $((4096 + 4096 * 65536)) >&2
fi
if wants needle; then
  [ -s "$work/application.evtx" ] || "$bin/eventgen" -out "$work/application.evtx" -samples "$evtx" -bytes $((500 << 20)) -plant >"$work/application.json"
fi
if wants evtx || wants needle; then
  mkdir -p "$work/rules-event"
  cat >"$work/rules-event/connector.yaml" <<'END'
schema: 1
id: bench/connector
title: The connector does not start
status: imported
symptoms:
  reported:
    event: {id: 4058, source: MSExchangeIMC}
    suggests: 3
    expected: 3
cause: Made for a benchmark.
resolution: {kind: none}
END
fi

# ---- runs ----

jobs=$work/jobs.tsv
results=$work/results.md
begin() { : >"$jobs"; }
job() { printf '%s\t%s\t%s\n' "$1" "$2" "$3" >>"$jobs"; }
table() { # TITLE UNIT
  [ -s "$jobs" ] || { say "$1: no program to run"; return 0; }
  "$bin/measure" -title "$1" -unit "$2" -runs "$runs" "$jobs" | tee -a "$results"
}
# scan NAME UNITS RULES INPUT: a job of kbtriage, on one processor as the others. The rules are compiled into a built
# base first, as an analyst does with so many. Codes up to 3 are answers.
scan() {
  local out=$work/out/scan.jsonl base=$3.kbt
  [ -n "$kbtriage" ] || return 0
  "$kbtriage" rules build --no-embedded --force --out "$base" "$3" >&2
  job "$1" "$2" "rm -f '$out'; '$kbtriage' scan --no-embedded --workers ${workers:-1} -q --kb '$base' -o jsonl --out '$out' '$4'; [ \$? -le 3 ] && echo \$(wc -l <'$out') lines of output"
}
count="awk -F: '{n += \$NF} END {print n + 0, \"lines\"}'"
version() { "$1" --version | awk 'NR == 1 {print $1, $2}'; }

{
  echo "## kbtriage beside other programs"
  echo
  echo "$(date -u +%F), $(go version | cut -d' ' -f3), $(nproc) cores, $(awk -F': ' '/model name/ {print $2; exit}' /proc/cpuinfo), load $(cut -d' ' -f1-3 /proc/loadavg), $runs runs."
  echo
} | tee "$results"

for n in $rules; do
  file=$work/literals-$n.txt
  if wants text; then
    mb=$(megabytes "$(bytes "$work/logs")")
    begin
    scan "kbtriage (any case)" "$mb" "$work/rules-$n" "$work/logs"
    workers=2 scan "kbtriage, 2 workers" "$mb" "$work/rules-$n" "$work/logs"
    [ ! -x "$peers/vectorscan" ] || job "Vectorscan" "$mb" "'$peers/vectorscan' exact '$file' '$work'/logs/*.log"
    for rg in rg rg-debian; do
      [ ! -x "$peers/$rg" ] || job "$(version "$peers/$rg")" "$mb" "'$peers/$rg' --no-config --no-ignore -j1 -F -c -f '$file' '$work/logs' | $count"
    done
    table "Text, $n literals, exact case" MB
  fi
  if wants nocase; then
    mb=$(megabytes "$(bytes "$work/logs")")
    part=$(megabytes "$(bytes "$work/logs-small")")
    begin
    scan "kbtriage" "$mb" "$work/rules-$n" "$work/logs"
    [ ! -x "$peers/vectorscan" ] || job "Vectorscan" "$mb" "'$peers/vectorscan' nocase '$file' '$work'/logs/*.log"
    [ ! -x "$peers/vectorscan" ] || job "Vectorscan, small part" "$part" "'$peers/vectorscan' nocase '$file' '$work'/logs-small/*.log"
    [ ! -x "$peers/rg" ] || job "$(version "$peers/rg"), small part" "$part" "'$peers/rg' --no-config --no-ignore -j1 -i -F -c -f '$file' '$work/logs-small' | $count"
    table "Text, $n literals, any case" MB
  fi
  if wants events; then
    input=$work/events-$join-$n
    stream=$input/events/events.jsonl
    some=$((20000000 / n)) # events for the loop: 20 million evaluations are some ten to thirty seconds
    [ $some -le "$events" ] || some=$events
    begin
    scan "kbtriage" "$events" "$input/rules" "$input/events"
    if [ -x "$peers/clipsgen" ]; then
      "$peers/clipsgen" -rules "$input/rules.jsonl" -events "$stream" -n "$events" -out "$work/clips-$n"
      job "CLIPS" "$events" "clips -f2 '$work/clips-$n/run.clp'"
    fi
    [ ! -x "$peers/exprloop" ] || job "expr, every rule on every event" "$some" "'$peers/exprloop' -rules '$input/rules.jsonl' -events '$stream' -n $some"
    table "Events, $n rules" events
  fi
done

for part in evtx needle; do
  wants $part || continue
  file=$work/full.evtx title="EVTX, full chunks"
  [ $part = evtx ] || file=$work/application.evtx title="EVTX, one record to find ($(cut -d, -f4- "$work/application.json" | tr -d '{}"\n'))"
  mb=$(megabytes "$(bytes "$file")")
  begin
  scan "kbtriage" "$mb" "$work/rules-event" "$file"
  [ ! -d "$work/events-$join-$most/rules" ] || scan "kbtriage, $most rules" "$mb" "$work/events-$join-$most/rules" "$file"
  [ ! -e "$peers/npm/winevtx.mjs" ] || job "winevtx 0.1.2" "$mb" "node '$peers/npm/winevtx.mjs' -event 4058 '$file'"
  [ ! -x "$peers/velocidex" ] || job "velocidex/evtx 0.2.0" "$mb" "'$peers/velocidex' -event 4058 '$file'"
  table "$title" MB
done
say "The tables are in $results, the inputs beside them."

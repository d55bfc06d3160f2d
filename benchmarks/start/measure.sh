#!/usr/bin/env bash
# Measures start time and memory of the smallest web application: without l2s, with the starter
# switched off, and with the starter and the demo pair. The variants run in turns. Linux only.
#   benchmarks/start/measure.sh [rounds]
# MVN names another command for Maven. Remove benchmarks/start/target to build anew.
set -euo pipefail
shopt -s inherit_errexit
cd "$(dirname "$0")/../.."
rounds="${1:-5}"
read -ra mvn <<<"${MVN:-./mvnw -q}"
results="$(mktemp)"
log="$(mktemp)"
trap 'rm -f "$results" "$log"' EXIT

if [[ ! -d benchmarks/start/target/with/lib || ! -d benchmarks/start/target/without/lib ]]; then
  "${mvn[@]}" install -DskipTests -pl l2s-spring-boot-starter -am
  "${mvn[@]}" -f benchmarks/start/pom.xml -Pwithout package
  "${mvn[@]}" -f benchmarks/start/pom.xml -Pwith package
fi

# Prints seconds from the start of the JVM, then resident memory in MB: all, private, of files.
measure() {
  local libraries="benchmarks/start/target/$1"
  java -cp "$libraries/classes:$libraries/lib/*" io.l2s.benchmarks.start.MinimalApplication \
    --server.port=0 --server.address=127.0.0.1 --spring.main.banner-mode=off "${@:2}" \
    >"$log" 2>&1 &
  local pid=$! port
  trap 'kill "$pid" 2>/dev/null' EXIT
  until grep -q "Started MinimalApplication" "$log"; do
    kill -0 "$pid" || { cat "$log" >&2; exit 1; }
    sleep 0.1
  done
  port="$(sed -nE 's/.*Tomcat started on port ([0-9]+).*/\1/p' "$log")"
  curl -fs "http://127.0.0.1:$port/" >/dev/null
  sed -nE 's/.*process running for ([0-9.]+)\).*/\1/p' "$log" | tr '\n' ' '
  awk '/^(VmRSS|RssAnon|RssFile)/ { size[$1] = $2 / 1000 }
       END { printf "%.0f %.0f %.0f\n", size["VmRSS:"], size["RssAnon:"], size["RssFile:"] }' \
    "/proc/$pid/status"
  kill "$pid"
  wait "$pid" || true
}

for ((round = 0; round < rounds; round++)); do
  # An assignment ends the script where a start fails.
  figures="$(measure without)"
  echo "without $figures" >>"$results"
  figures="$(measure with --l2s.enabled=false)"
  echo "off $figures" >>"$results"
  figures="$(measure with --l2s.bundle=samples/models/en-de)"
  echo "demo $figures" >>"$results"
done

sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | sort | uniq -c
java -version 2>&1 | head -1
echo "variant: seconds (least, median, most); median MB resident, private, of files"
for variant in without off demo; do
  column() { awk -v v="$variant" -v c="$1" '$1 == v { print $c }' "$results" | sort -n; }
  median() { column "$1" | awk '{ all[NR] = $1 } END { print all[int((NR + 1) / 2)] }'; }
  echo "$variant: $(column 2 | head -1), $(median 2), $(column 2 | tail -1);" \
    "$(median 3), $(median 4), $(median 5)"
done

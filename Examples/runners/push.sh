#!/usr/bin/env bash
# Sends a push to the only worker that is recorded and waits for its end, with curl alone.
# Start the recorder first: offstage open http://localhost:3000
set -euo pipefail
data=${OFFSTAGE_DATA:-${XDG_DATA_HOME:-$HOME/.local/share}/offstage}
running=$(ls -t "$data"/running/*.json 2>/dev/null | head -1) || true
if [[ -z $running ]]; then
  echo "No recorder runs on $data. Start one: offstage open http://localhost:3000" >&2
  exit 3
fi
field() { sed -n "s/.*\"$1\" *: *\"\{0,1\}\([^\",}]*\).*/\1/p" "$running"; }
api="http://127.0.0.1:$(field port)/api/v1"
token=$(field token)

# The token goes by standard input: other users see a program's arguments.
ask() { curl --silent --show-error --fail-with-body --config - "$@" <<< "header = \"Authorization: Bearer $token\""; }

ask "$api/triggers" --data '{"action":{"kind":"push","data":"{\"title\":\"Rain\",\"story\":\"rain\"}"},"wait":"5s"}'
echo
ask -G "$api/events" --data-urlencode 'filter=event:"Push event completed" since:10s' --data wait=5s
echo

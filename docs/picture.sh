#!/usr/bin/env bash
# The pictures in the README. Needs chromium; the first one the report of `python3 run.py demo`, the
# second one a dashboard that runs.
#   docs/picture.sh report results/demo/report.html
#   docs/picture.sh room http://127.0.0.1:8050
set -euo pipefail
shoot() { # NAME SIZE ADDRESS
  chromium --headless --no-sandbox --disable-gpu --hide-scrollbars --window-size="$2" \
    --virtual-time-budget=15000 --screenshot="$(dirname "$0")/images/$1.png" "$3"
}
case "$1" in
  report) shoot report 1180,1728 "file://$(realpath "$2")" ;;
  room) shoot room 1280,720 "$2/en/room?seed=1&t=12&table=6&still=1" ;;
  *) sed -n 's/^#   //p' "$0" >&2; exit 2 ;;
esac

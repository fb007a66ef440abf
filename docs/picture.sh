#!/usr/bin/env bash
# The picture in the README: the top of the report that `python3 run.py demo` makes. Needs chromium.
#   docs/picture.sh results/demo/report.html
set -euo pipefail
chromium --headless --no-sandbox --disable-gpu --hide-scrollbars --window-size=1180,1680 \
  --screenshot="$(dirname "$0")/images/report.png" "file://$(realpath "$1")"

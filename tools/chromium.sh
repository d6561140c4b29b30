#!/bin/sh
# A Chromium for `make browser`: the one in CHROMIUM or of the system; on Debian, as root, installed when there is none.
set -eu

for name in "${CHROMIUM:-}" chromium chromium-browser google-chrome google-chrome-stable; do
    if [ -n "$name" ] && command -v "$name" >/dev/null; then
        exit 0
    fi
done
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "Installing Chromium for the tests that need a browser ..."
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium >/dev/null
    exit 0
fi
echo "frontdesk: make browser needs Chromium: install it (Debian and Ubuntu: sudo apt install chromium)," \
    "or say where it is with CHROMIUM=/path/to/chromium" >&2
exit 2

#!/bin/sh
# A PHP for the test of the docs' code: the one of the system; where CI is "true", on Debian, as root, installed when there
# is none. Without it that test is skipped, and says so.
set -eu

if command -v php >/dev/null; then
    exit 0
fi
if [ "${CI:-}" = true ] && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "Installing PHP for the test of the docs' code ..."
    if apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends php-cli >/dev/null; then
        exit 0
    fi
fi
echo "Left out: the docs' code in PHP is not run; PHP is not here."

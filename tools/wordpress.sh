#!/bin/sh
# A WordPress, its PHP and a MariaDB for `make test-wordpress`: those of the system; with `install` or where CI is "true",
# on Debian, as root, installed when they are not here. No server of theirs is started, and none of their data is touched.
set -eu

PACKAGES="wordpress wordpress-theme-twentytwentyone mariadb-server-core php-cgi php-cli php-gd php-mbstring php-mysql php-xml"

if [ -f /usr/share/wordpress/wp-load.php ] && [ -d /usr/share/wordpress/wp-content/themes/twentytwentyone ] \
    && php -m 2>/dev/null | grep -qx mysqli && PATH="$PATH:/usr/sbin" command -v mariadbd >/dev/null; then
    exit 0
fi
if { [ "${1:-}" = install ] || [ "${CI:-}" = true ]; } && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "Installing WordPress and MariaDB for the tests of the WordPress plug-in ..."
    # The package wants some web server; this one is off unless it is switched on.
    if apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
        mini-httpd $PACKAGES >/dev/null; then
        exit 0
    fi
fi
echo "frontdesk: the tests of the WordPress plug-in need Debian's packages $PACKAGES:" \
    "sh tools/wordpress.sh install, as root, installs them" >&2
exit 2

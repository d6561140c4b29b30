#!/bin/sh
# Finds a Python and builds .venv with it; called by the Makefile, which decides when. Plain sh, for any machine.
#   venv.sh python                                  prints the first Python that is new enough, or nothing
#   venv.sh install PYTHON FOLDER REQUIREMENTS      builds FOLDER if needed and installs REQUIREMENTS and the program
set -eu

fail() {
    echo "frontdesk: $1" >&2
    exit 2
}

new_enough() {
    "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1
}

can_build() {
    "$1" -c 'import venv, ensurepip' >/dev/null 2>&1
}

find_python() {
    found=
    for name in python3.13 python3.12 python3.11 python3 python; do
        command -v "$name" >/dev/null 2>&1 && new_enough "$name" || continue
        if can_build "$name"; then
            echo "$name"
            return
        fi
        found=${found:-$name}
    done
    echo "$found"
}

require_python() {
    [ -n "$1" ] || fail "Python 3.11 or newer is needed and none was found; install it (Debian, Ubuntu: apt install python3 python3-venv; macOS: brew install python) or run make with PYTHON=/path/to/python."
    new_enough "$1" || fail "$1 is not Python 3.11 or newer; install a newer one or run make with PYTHON=/path/to/python."
    can_build "$1" || fail "$1 cannot build virtual environments (venv or ensurepip is missing); install them (Debian, Ubuntu: apt install $("$1" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])'))."
}

build() {
    python=$1 folder=$2
    if [ -x "$folder/bin/python" ] && [ "$(cat "$folder/.built-for" 2>/dev/null)" = "$(pwd -P)" ]; then
        return
    fi
    # A folder that make did not build is somebody's own: it is never emptied.
    if [ -e "$folder" ] && [ ! -e "$folder/.built-for" ] && [ ! -e "$folder/.unfinished" ]; then
        fail "$folder was not built by make; move it away, or leave it and run make with VENV=another-folder."
    fi
    require_python "$python"
    echo "Setting up $folder with $("$python" --version) (once; takes a minute or two) ..."
    mkdir -p "$folder" && touch "$folder/.unfinished"
    rm -rf "$folder/bin" "$folder/lib" "$folder/.built-for"
    "$python" -m venv "$folder" || fail "$folder could not be built (see above)."
    pwd -P >"$folder/.built-for"
    rm "$folder/.unfinished"
}

install() {
    folder=$2 requirements=$3
    build "$1" "$folder"
    pip() {
        "$folder/bin/python" -m pip --disable-pip-version-check --quiet install --no-input "$@" ||
            fail "installing failed (see above); if the network was down, run the same command again."
    }
    pip --require-hashes -r "$requirements"
    pip --no-deps --no-build-isolation -e .
}

case ${1:-} in
    python) find_python ;;
    install) install "$2" "$3" "$4" ;;
    *) fail "tools/venv.sh is called by make." ;;
esac

#!/bin/sh
# Fetches the clients of Rasa that others wrote, at the versions that the browser tests run, into .clients (RASA_CLIENTS).
# They are for tests alone: nothing of them is shipped. What cannot be had is named, and its tests are skipped.
set -eu

python=$1
folder=${RASA_CLIENTS:-.clients}
mkdir -p "$folder"
cd "$folder"

missing() {
    echo "Left out: $1 could not be fetched; the tests that run it are skipped."
}

# Packages that run scripts when they are installed run none here.
packed() {
    [ -d "$1" ] && return 0
    rm -rf packed && mkdir packed
    if (cd packed && timeout 120 npm pack --silent --ignore-scripts --fetch-retries=0 "$2" >/dev/null 2>&1 && tar xzf ./*.tgz); then
        mv packed/package "$1"
    else
        missing "$2"
    fi
    rm -rf packed
}

if command -v npm >/dev/null; then
    packed webchat rasa-webchat@1.0.1
    packed chatroom @scalableminds/chatroom@0.12.0
    if [ ! -d node ]; then
        rm -rf installing && mkdir installing && echo '{"private": true}' >installing/package.json
        if timeout 400 npm --prefix installing install --silent --ignore-scripts --omit=dev --no-audit --no-fund --no-save \
            --fetch-retries=0 botium-cli@1.1.0 botium-core@1.15.13 @tiledesk/tiledesk-rasa-connector@1.0.10 \
            >/dev/null 2>&1; then
            mv installing node
        else
            rm -rf installing
            missing "botium-cli@1.1.0, @tiledesk/tiledesk-rasa-connector@1.0.10"
        fi
    fi
else
    missing "rasa-webchat, chatroom, botium-cli, tiledesk-rasa-connector (npm is not here)"
fi

if [ ! -d python ]; then
    rm -rf making
    if "$python" -m venv making >/dev/null 2>&1 && timeout 300 making/bin/python -m pip install --quiet --retries 0 \
        --disable-pip-version-check "rasa-integration-testing==0.1.3" "markupsafe<2.1" "setuptools<70" >/dev/null 2>&1; then
        mv making python
    else
        rm -rf making
        missing "rasa-integration-testing==0.1.3"
    fi
fi

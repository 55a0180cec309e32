#!/bin/sh
# Installs what the tests of this module need and the host does not have: Debian's
# chromium, and axe-core from npm, beside this file.
set -eu
cd "$(dirname "$0")"

axe=4.14.1
if ! grep -qs "\"version\": \"$axe\"" node_modules/axe-core/package.json; then
	if ! command -v npm >/dev/null; then
		echo "install.sh: npm is missing; put it into PATH" >&2
		exit 1
	fi
	npm install --no-save --no-package-lock --no-audit --no-fund --ignore-scripts --loglevel=error "axe-core@$axe"
fi

if command -v chromium >/dev/null; then
	exit 0
fi
if ! command -v apt-get >/dev/null; then
	echo "install.sh: chromium is missing and there is no apt-get; put it into PATH" >&2
	exit 1
fi
sudo=
if [ "$(id -u)" != 0 ]; then
	sudo=sudo
fi
$sudo apt-get update -qq
$sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium fonts-dejavu-core >/dev/null
chromium --version 2>/dev/null

#!/bin/sh
# Installs what the tests of this module need and the host does not have: Debian's
# prometheus, which brings promtool, chromium, and programs that read reports; and
# from npm, beside this file, axe-core and validators. Prometheus' service is not
# left running; the tests start servers of their own.
set -eu
cd "$(dirname "$0")"

# Exact versions; a directory that has other ones is replaced.
packages="axe-core@4.14.1 @microsoft/sarif-multitool-linux@5.7.0 mocha-junit-reporter@2.2.1 lcov-parse@1.0.0 @actions/core@1.11.1"
if [ "$(cat node_modules/.goat 2>/dev/null)" != "$packages" ]; then
	if ! command -v npm >/dev/null; then
		echo "install.sh: npm is missing; put it into PATH" >&2
		exit 1
	fi
	# shellcheck disable=SC2086 # they are words
	npm install --no-save --no-package-lock --no-audit --no-fund --ignore-scripts --loglevel=error $packages
	chmod +x node_modules/@microsoft/sarif-multitool-linux/Sarif.Multitool
	echo "$packages" >node_modules/.goat
fi

missing=
for pair in prometheus:prometheus promtool:prometheus chromium:chromium xmllint:libxml2-utils genhtml:lcov cmark-gfm:cmark-gfm diff-cover:diff-cover; do
	command -v "${pair%%:*}" >/dev/null || missing="$missing ${pair##*:}"
done
if [ -z "$missing" ]; then
	exit 0
fi
if ! command -v apt-get >/dev/null; then
	echo "install.sh: these are missing and there is no apt-get; put them into PATH:$missing" >&2
	exit 1
fi

sudo=
if [ "$(id -u)" != 0 ]; then
	sudo=sudo
fi

# policy-rc.d is how Debian is told not to start services (invoke-rc.d(8)).
policy=/usr/sbin/policy-rc.d
if [ ! -e $policy ]; then
	printf '#!/bin/sh\nexit 101\n' | $sudo tee $policy >/dev/null
	$sudo chmod 755 $policy
	trap '$sudo rm -f $policy' EXIT
fi

$sudo apt-get update -qq
# shellcheck disable=SC2086 # they are words
$sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends fonts-dejavu-core $missing >/dev/null

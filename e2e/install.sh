#!/bin/sh
# Installs what the tests of this module need and the host does not have:
# Debian's prometheus, which brings promtool. Its service is not left running;
# the tests start servers of their own.
set -eu

if command -v prometheus >/dev/null && command -v promtool >/dev/null; then
	exit 0
fi
if ! command -v apt-get >/dev/null; then
	echo "install.sh: prometheus and promtool are missing and there is no apt-get; put both into PATH" >&2
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
$sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends prometheus >/dev/null
prometheus --version 2>&1 | head -n 1
promtool --version 2>&1 | head -n 1

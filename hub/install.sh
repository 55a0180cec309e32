#!/bin/sh
# Installs what the tests of this module need and the host does not have: PostgreSQL and
# MariaDB, which the tests start themselves; Debian's docker-compose, which checks
# deploy/compose.yaml without Docker, systemd-analyze, and what makes networks: ip and nsenter.
set -eu
PATH=$PATH:/usr/sbin

packages=
servers=
[ -x /usr/lib/postgresql/15/bin/postgres ] || servers="$servers postgresql"
command -v mariadbd >/dev/null || servers="$servers mariadb-server"
command -v docker-compose >/dev/null || packages="$packages docker-compose"
command -v systemd-analyze >/dev/null || packages="$packages systemd"
command -v ip >/dev/null || packages="$packages iproute2"
command -v nsenter >/dev/null || packages="$packages util-linux"
command -v pgrep >/dev/null || packages="$packages procps"
if [ -z "$packages$servers" ]; then
	exit 0
fi
if ! command -v apt-get >/dev/null; then
	echo "install.sh:$packages$servers missing and there is no apt-get; put PostgreSQL 15 into /usr/lib/postgresql/15, and mariadbd, docker-compose, systemd-analyze, ip, nsenter and pgrep into PATH" >&2
	exit 1
fi
sudo=
if [ "$(id -u)" != 0 ]; then
	sudo=sudo
fi
$sudo apt-get update -qq
if [ -n "$servers" ] && [ ! -e /usr/sbin/policy-rc.d ]; then
	# Without this Debian starts a server as soon as it is installed.
	printf '#!/bin/sh\nexit 101\n' | $sudo tee /usr/sbin/policy-rc.d >/dev/null
	$sudo chmod +x /usr/sbin/policy-rc.d
	trap '$sudo rm -f /usr/sbin/policy-rc.d' EXIT
fi
# shellcheck disable=SC2086 # a word each
$sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $packages $servers >/dev/null
case $servers in
*postgresql*) $sudo systemctl disable --quiet postgresql 2>/dev/null || true ;;
esac
case $servers in
*mariadb*) $sudo systemctl disable --quiet mariadb 2>/dev/null || true ;;
esac

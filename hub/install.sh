#!/bin/sh
# Installs what the tests of this module need and the host does not have: Debian's
# docker-compose, which checks deploy/compose.yaml without Docker, systemd-analyze, and what
# makes networks: ip and nsenter.
set -eu

packages=
command -v docker-compose >/dev/null || packages="$packages docker-compose"
command -v systemd-analyze >/dev/null || packages="$packages systemd"
command -v ip >/dev/null || packages="$packages iproute2"
command -v nsenter >/dev/null || packages="$packages util-linux"
if [ -z "$packages" ]; then
	exit 0
fi
if ! command -v apt-get >/dev/null; then
	echo "install.sh:$packages missing and there is no apt-get; put docker-compose, systemd-analyze, ip and nsenter into PATH" >&2
	exit 1
fi
sudo=
if [ "$(id -u)" != 0 ]; then
	sudo=sudo
fi
$sudo apt-get update -qq
# shellcheck disable=SC2086 # a word each
$sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $packages >/dev/null

#!/bin/bash
# Makes sure that what `make run` or `make test` needs is on this machine; quick when it is.
# usage: eng/install-packages.sh run|test
# As root on Debian it installs what is missing; otherwise it says what that is and fails.
set -euo pipefail
cd "$(dirname "$0")/.."
purpose=${1:-test}

have_sqlite() { compgen -G '/usr/lib/*/libsqlite3.so.0' >/dev/null || compgen -G '/lib/*/libsqlite3.so.0' >/dev/null; }
have_postgres() { compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null || { command -v initdb && command -v postgres; } >/dev/null; }
have_setpriv() { command -v setpriv >/dev/null; }
have_haproxy() { [ -x /usr/sbin/haproxy ]; }
have_wrk() { command -v wrk >/dev/null; }
have_aiosmtpd() {
    local python
    for python in /usr/bin/python3 python3; do
        if "$python" -c 'import importlib.util as u, sys; sys.exit(u.find_spec("aiosmtpd") is None)' 2>/dev/null; then
            return 0
        fi
    done
    return 1
}
have_senlinclient() { [ -d /usr/lib/python3/dist-packages/senlinclient ]; }

# `dotnet --version` obeys global.json, so it fails where only an older SDK is installed.
if ! said=$(dotnet --version 2>&1); then
    head -n 5 <<<"$said" >&2
    echo 'missing: the .NET 10 SDK (`dotnet` on the PATH); Debian 12 does not carry it, see' >&2
    echo '  https://learn.microsoft.com/dotnet/core/install/linux-debian' >&2
    exit 1
fi

missing=()
have_sqlite || missing+=(libsqlite3-0)
command -v npm >/dev/null || missing+=(npm)
if [ "$purpose" = test ]; then
    have_postgres || missing+=(postgresql)
    have_aiosmtpd || missing+=(python3-aiosmtpd)
    have_setpriv || missing+=(util-linux)
    have_senlinclient || missing+=(python3-openstackclient python3-senlinclient)
    command -v riemann-client >/dev/null || missing+=(riemann-c-client)
    command -v collectd >/dev/null || [ -x /usr/sbin/collectd ] || missing+=(collectd-core)
    have_haproxy || missing+=(haproxy)
    { command -v prometheus && command -v promtool; } >/dev/null || missing+=(prometheus)
    command -v prometheus-alertmanager >/dev/null || missing+=(prometheus-alertmanager)
    have_wrk || missing+=(wrk)
fi
[ ${#missing[@]} -eq 0 ] && exit 0

if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null; then
    {
        echo "missing for \`make $purpose\`: ${missing[*]}"
        echo "install with: sudo apt-get install --no-install-recommends ${missing[*]}"
    } >&2
    exit 1
fi

export DEBIAN_FRONTEND=noninteractive
install() {
    echo "installing: $*"
    local log
    log=$(mktemp)
    if ! apt-get install -y -q --no-install-recommends "$@" >"$log" 2>&1 </dev/null; then
        # The package lists may be absent or too old; one fresh look, then it counts.
        if ! { apt-get update -q && apt-get install -y -q --no-install-recommends "$@"; } >>"$log" 2>&1 </dev/null; then
            tail -n 30 "$log" >&2
            echo "cannot install: $*" >&2
            rm -f "$log"
            exit 1
        fi
    fi
    rm -f "$log"
}

case " ${missing[*]} " in
*' postgresql '*)
    # Tests start servers of their own; the one that Debian would create and leave running is of no use to them.
    if [ ! -e /etc/postgresql-common/createcluster.conf ]; then
        install postgresql-common
        sed -ri 's/^#?\s*create_main_cluster\s*=.*/create_main_cluster = false/' /etc/postgresql-common/createcluster.conf
    fi
    ;;
esac
install "${missing[@]}"

have_sqlite || { echo 'still missing after the installation: libsqlite3.so.0' >&2; exit 1; }
if [ "$purpose" = test ]; then
    have_postgres || { echo 'still missing after the installation: initdb and postgres' >&2; exit 1; }
    have_aiosmtpd || { echo 'still missing after the installation: the python module aiosmtpd' >&2; exit 1; }
fi

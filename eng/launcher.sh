#!/bin/sh
# Starts the published executable. It needs no `dotnet` on the PATH as long as the runtime lies where it is usually installed;
# an SDK anywhere else is found through the `dotnet` command.
here=$(dirname -- "$(readlink -f -- "$0")")
if [ -z "$DOTNET_ROOT" ] && [ ! -e /usr/share/dotnet/host ] && [ ! -e /usr/lib/dotnet/host ] && command -v dotnet >/dev/null; then
    DOTNET_ROOT=$(dirname -- "$(readlink -f -- "$(command -v dotnet)")")
    export DOTNET_ROOT
fi
exec "$here/out/reeve" "$@"

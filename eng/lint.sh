#!/bin/bash
# Layout, style and file sizes; changes nothing.
set -uo pipefail
cd "$(dirname "$0")/.."
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 MSBUILDDISABLENODEREUSE=1
bad=0

echo 'file sizes'
while read -r lines file; do
    case $file in
    src/* | bench/*) limit=500 ;;
    *) limit=800 ;;
    esac
    if [ "$lines" -gt "$limit" ]; then
        echo "$file: has $lines lines, the limit is $limit; split it by what it does"
        bad=1
    fi
done < <(git ls-files -z -- '*.cs' | xargs -0 -r wc -l | grep -v ' total$')

echo 'line lengths'
while IFS= read -r found; do
    echo "$found: longer than 140 columns"
    bad=1
done < <(git ls-files -z -- '*.cs' '*.sh' | xargs -0 -r grep -nE '^.{141,}' | cut -d: -f1,2)

echo 'shell scripts'
for script in eng/*.sh .ci/run; do bash -n "$script" || bad=1; done

echo 'whitespace'
dotnet format whitespace Reeve.slnx --verify-no-changes -v q || bad=1

echo 'style'
dotnet format style Reeve.slnx --verify-no-changes --severity error --no-restore -v q || bad=1

[ "$bad" -eq 0 ] && echo 'lint: nothing found'
exit "$bad"

#!/bin/bash
# Builds once, runs every test project, and ends with the line `N passed, N failed` (`, N skipped` when there are any).
# usage: eng/test.sh [NAME...]     only the test projects whose names contain one of the NAMEs
set -uo pipefail
cd "$(dirname "$0")/.."
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 MSBUILDDISABLENODEREUSE=1
configuration=${CONFIGURATION:-Debug}
# One hanging project must not take the whole run with it.
project_limit=${TEST_PROJECT_LIMIT:-40m}
results=TestResults

passed=0 failed=0 skipped=0
finish() {
    local line="$passed passed, $failed failed"
    [ "$skipped" -gt 0 ] && line+=", $skipped skipped"
    echo "$line"
    [ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
    exit
}

wanted() {
    [ $# -eq 1 ] && return 0
    local project=$1 name
    shift
    for name in "$@"; do [[ $project == *"$name"* ]] && return 0; done
    return 1
}

build=(-c "$configuration" --nologo -v q -nodeReuse:false -p:UseSharedCompilation=false)
# A fresh clone must restore exactly what the lock files say.
[ "${CI:-}" = true ] && build+=(-p:RestoreLockedMode=true)

echo "building ($configuration)"
if ! dotnet build Reeve.slnx "${build[@]}"; then
    echo 'the build failed: no test ran'
    failed=1
    finish
fi

if [ ! -d ../shared/conformance ]; then
    echo '*** NOTICE: ../shared/conformance is absent; the tests that read it are skipped ***'
fi

rm -rf "$results"
mkdir -p "$results"
count() { sed -n "s/.*<Counters[^>]* $1=\"\([0-9]*\)\".*/\1/p" "$2" 2>/dev/null | head -n 1; }

ran=0
for folder in tests/*.Tests; do
    name=$(basename "$folder")
    wanted "$name" "$@" || continue
    ran=$((ran + 1))
    trx="$results/$name.trx"
    echo "== $name"
    started=$SECONDS
    timeout -k 10 "$project_limit" dotnet test "$folder/bin/$configuration/net10.0/$name.dll" --nologo \
        ${TEST_FILTER:+--filter "$TEST_FILTER"} \
        --logger "trx;LogFileName=$name.trx" --logger 'console;verbosity=minimal' --results-directory "$results" </dev/null
    code=$?
    total=$(count total "$trx") executed=$(count executed "$trx") good=$(count passed "$trx") bad=$(count failed "$trx")
    total=${total:-0} executed=${executed:-0} good=${good:-0} bad=${bad:-0}
    if [ "$code" -ne 0 ] && [ "$bad" -eq 0 ]; then
        echo "$name: the test run itself failed (exit code $code)"
        bad=1
    elif [ "$total" -eq 0 ]; then
        echo "$name: no test ran"
        bad=1
    fi
    passed=$((passed + good)) failed=$((failed + bad)) skipped=$((skipped + total - executed))
    echo "   $good passed, $bad failed, $((total - executed)) skipped in $((SECONDS - started)) s"
done
if [ "$ran" -eq 0 ]; then
    echo "no test project is named like \`$*\`"
    failed=$((failed + 1))
fi
finish

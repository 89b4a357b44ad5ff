#!/bin/sh
# Fails when the receipts in the spool folder ($1) take more than so many KiB ($2).
set -eu
bytes=$(cat "$1"/*.receipts 2>/dev/null | wc -c)
limit=$(($2 * 1024))
echo "the spool holds $bytes bytes of receipts, $limit are allowed"
[ "$bytes" -le "$limit" ]

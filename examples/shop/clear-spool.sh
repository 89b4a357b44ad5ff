#!/bin/sh
# Empties the receipts in the spool folder ($1); the workers go on writing into the same files.
set -eu
for file in "$1"/*.receipts; do
    [ -e "$file" ] || continue
    : > "$file"
done
echo "the spool is empty"

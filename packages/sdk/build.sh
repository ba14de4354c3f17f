#!/bin/sh
# What the package consists of: JavaScript and types in dist/, or the directory that is named, and the licence.
# Development runs src/ as it is.
set -eu
cd "$(dirname -- "$0")"
out=${1:-dist}
rm -rf "$out"
../../node_modules/.bin/tsc -p tsconfig.build.json --outDir "$out"
# The compiler rewrites `./x.ts` in JavaScript only.
find "$out" -name '*.d.ts' -exec sed -i -E 's#"(\.{1,2}/[^"]+)\.ts"#"\1.js"#g' {} +
cp ../../LICENSE LICENSE

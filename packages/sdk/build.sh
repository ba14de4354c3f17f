#!/bin/sh
# What the package consists of: JavaScript and types in dist/, and the licence. Development runs src/ as it is.
set -eu
cd "$(dirname -- "$0")"
rm -rf dist
../../node_modules/.bin/tsc -p tsconfig.build.json
# The compiler rewrites `./x.ts` in JavaScript only.
find dist -name '*.d.ts' -exec sed -i -E 's#"(\.{1,2}/[^"]+)\.ts"#"\1.js"#g' {} +
cp ../../LICENSE LICENSE

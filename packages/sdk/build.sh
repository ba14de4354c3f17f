#!/bin/sh
# What the package consists of: JavaScript and types in dist/, or the directory that is named, and the licence.
# Development runs src/ as it is.
set -eu
cd "$(dirname -- "$0")"
out=${1:-dist}
tools=../../node_modules/.bin
rm -rf "$out"
"$tools/tsc" -p tsconfig.build.json --emitDeclarationOnly --outDir "$out"
find "$out" -name '*.d.ts' -exec sed -i -E 's#"(\.{1,2}/[^"]+)\.ts"#"\1.js"#g' {} +
# Of each way in one file, and what these share: to load forty takes four times as long.
"$tools/esbuild" src/index.ts src/testing/index.ts src/browser.ts src/transport/unix.ts src/transport/upgrade.ts \
  src/ports/fetch-port.ts src/ports/port-forward.ts \
  --bundle --splitting --format=esm --platform=neutral --target=es2023 --sourcemap --log-level=warning \
  --external:node:* '--external:#*' --outbase=src --outdir="$out" --chunk-names=shared-[hash]
cp ../../LICENSE LICENSE

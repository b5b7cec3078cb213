#!/usr/bin/env bash
# Makes the tree that the image ships: build-root.sh DIR
# Needs a checkout with its dependencies installed. The Dockerfile runs this; so does `npm run test:image`, without a
# container engine. The tree keeps the checkout's folders, so that every file finds the others as it does there.
set -euo pipefail

if [ $# -ne 1 ]; then
  echo 'Usage: docker/build-root.sh DIR' >&2
  exit 2
fi
root=$(cd "$(dirname "$0")/.." && pwd)
mkdir -p "$1"
out=$(cd "$1" && pwd)
if [ -n "$(ls -A "$out")" ]; then
  echo "The folder $out is not empty." >&2
  exit 1
fi
cd "$root"

npm run --silent build
mkdir -p "$out/api/src" "$out/prisma" "$out/web"
node scripts/run.mjs scripts/bundle-api.ts "$out/api/src/main.js"
cp -R prisma/migrations "$out/prisma/migrations"
mkdir -p "$out/prisma/library"
cp prisma/library/*.json "$out/prisma/library/"
cp -R web/dist "$out/web/dist"
find "$out/web/dist" -name '*.map' -delete

# argon2 is native code; everything else is in the bundle. Its pre-built binaries for other platforms are not needed.
version=$(node -p "require('argon2/package.json').version")
printf '{ "name": "nes", "private": true, "type": "module", "dependencies": { "argon2": "%s" } }\n' "$version" >"$out/package.json"
(cd "$out" && npm install --omit=dev --no-package-lock --ignore-scripts --no-audit --no-fund --loglevel=error)
platform=$(node -p 'process.platform + "-" + process.arch')
find "$out/node_modules/argon2/prebuilds" -mindepth 1 -maxdepth 1 ! -name "$platform*" -exec rm -rf {} +

# Compiled code of the first start, so that every later one is quick. It is valid for the Node version that made it.
mkdir -p "$out/.compile-cache"
chmod -R a+rX "$out"
du -sm "$out" | awk '{ print "The tree holds " $1 " MB." }'

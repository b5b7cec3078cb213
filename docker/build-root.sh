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

# Generated code and the built application; what is fresh is not made again.
pinned=$(node -e "import('./scripts/setup.mjs').then(async (made) => console.log((await made.orSay(() => made.setup({ web: true, quiet: true }))).node))")

mkdir -p "$out/api/src" "$out/prisma/library" "$out/web/src/data/generated"
cp -R prisma/migrations "$out/prisma/migrations"
cp prisma/library/*.json "$out/prisma/library/"
cp -R web/dist "$out/web/dist"
find "$out/web/dist" -name '*.map' -delete
rm -rf "$out/web/dist/.vite"
# The hashes of the application's own operations, which have their own limits.
cp web/src/data/generated/persisted-documents.json "$out/web/src/data/generated/"

# argon2 is native code; everything else is in the bundle. Of its pre-built binaries only this platform's are needed,
# of its packages only those that it loads.
version=$(node -p "require('argon2/package.json').version")
printf '{ "name": "nes", "private": true, "type": "module", "dependencies": { "argon2": "%s" } }\n' "$version" >"$out/package.json"
(cd "$out" && npm install --omit=dev --no-package-lock --ignore-scripts --no-audit --no-fund --loglevel=error)
platform=$(node -p 'process.platform + "-" + process.arch')
find "$out/node_modules/argon2/prebuilds" -mindepth 1 -maxdepth 1 ! -name "$platform*" -exec rm -rf {} +
(cd "$out" && node -e "require('argon2').hash('a').then(() => {})")

# The API, loaded but not started, for a tree at /nes. It is made by the Node that will read it: 78 is the end of a
# start without its variables.
node=${NES_NODE:-$pinned}
NES_NODE=$node node scripts/run.mjs scripts/snapshot-api.ts "$out" /nes
code=0
(cd "$out" && env -i NODE_ENV=production PATH="$PATH" "$node" --snapshot-blob api/src/main.blob 2>/dev/null) || code=$?
if [ "$code" != 78 ]; then
  echo "The API does not start: exit code $code where 78 (variables are missing) was expected." >&2
  exit 1
fi
chmod -R a+rX "$out"
du -sm "$out" | awk '{ print "The tree holds " $1 " MB." }'

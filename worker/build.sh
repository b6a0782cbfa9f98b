#!/bin/sh
# Builds the Cloudflare worker into a folder, dist/worker unless one is given. The folder is emptied first.
set -eu
cd "$(dirname "$0")/.."
out=${1:-dist/worker}
version=${VERSION:-$(git describe --always --dirty 2>/dev/null || echo dev)}
GOOS='' GOARCH='' go tool workers-assets-gen -mode=go -o "$out"
GOEXPERIMENT='' GOOS=js GOARCH=wasm go build -trimpath -ldflags "-s -w -X main.version=$version" -o "$out/app.wasm" ./worker
cp worker/entry.mjs "$out/entry.mjs"

#!/usr/bin/env bash
# Packs what make bench-gpu needs for a machine where nothing can be downloaded: Node, Dawn, the engine's benchmark and a
# data set. bundle.sh BENCH.WASM WASM_EXEC.JS GPU.JS OUT.TAR.XZ [DATA]
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
bench=$1 wasm_exec=$2 gpu=$3 out=$4 data=${5:-}
limit=60000000

case "$(uname -s)-$(uname -m)" in
Linux-x86_64) dawn=linux-x64 ;;
Linux-aarch64) dawn=linux-arm64 ;;
*) echo "The bundle is made on Linux, for Linux: this is $(uname -s) on $(uname -m)." >&2; exit 1 ;;
esac

copy=$(mktemp -d)
trap 'rm -rf "$copy"' EXIT
to=$copy/lethe-gpu
mkdir "$to"
cp -L "$(command -v node)" "$to/node"
strip "$to/node" 2>/dev/null || true # smaller; not needed to run
cp "$here/node_modules/webgpu/dist/$dawn.dawn.node" "$to/dawn.node"
cp "$here/dawn.mjs" "$gpu" "$to/"
cp "$wasm_exec" "$to/wasm_exec.js"
cp "$bench" "$to/bench.wasm"
arguments=
if [ -n "$data" ]; then
	mkdir "$to/data"
	cp -RL "$data/." "$to/data/"
	arguments='-data data '
fi
cat > "$to/run" <<END
#!/bin/sh
# Measures this machine's graphics card. -quick leaves out what takes minutes on a slow one. Needs a Vulkan driver.
cd "\$(dirname "\$0")" && exec ./node dawn.mjs bench.wasm gpu $arguments"\$@"
END
chmod +x "$to/run" "$to/node"
mkdir -p "$(dirname "$out")"
tar -C "$copy" -c lethe-gpu | xz -6 -T0 > "$out"
size=$(stat -c %s "$out")
echo "$out: $size bytes"
if [ "$size" -gt "$limit" ]; then
	echo "The bundle is larger than $limit bytes: choose a smaller data set." >&2
	exit 1
fi

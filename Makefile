# Lethe. `make help` lists the targets; nothing is built twice from the same sources.

# The toolchain has the vector instructions that the experiment opens; plain Go 1.26 builds the same programs without them.
export GOTOOLCHAIN := go1.27.4
export GOEXPERIMENT := simd
# gonum's assembly adds in another order than its Go code: without it, native and browser give the same bits.
export GOFLAGS := -tags=noasm

ADDR ?= 127.0.0.1:8080

# The browser may load this much, in bytes as compressed for the wire.
APP_BUDGET := 1100000
ENGINE_BUDGET := 1300000

# The older encoding/json is a tenth of a megabyte smaller on the wire, so the browser's programs are built and tested with it. The page
# computes nothing and does without vectors.
engine_go := GOOS=js GOARCH=wasm GOEXPERIMENT=simd,nojsonv2,nosizespecializedmalloc go
page_go := GOOS=js GOARCH=wasm GOEXPERIMENT=nojsonv2,nosizespecializedmalloc go
strip = -trimpath -ldflags='-s -w $(stamp)'

# Receipts name the sources that computed: the hash of everything under recsys that is no test.
stamp = -X main.sources=$(shell cat $(sort $(RECSYS)) | sha256sum | cut -c1-16)

# Where nothing computes, inlining buys next to nothing, and its code and tables weigh: without it the engine is a fifteenth smaller.
cold := runtime fmt reflect encoding/... time os io/... syscall/... strconv lethe/wasm/... lethe/recsys/api lethe/recsys/files \
	lethe/recsys/model lethe/recsys/erase/... lethe/recsys/feed lethe/recsys/session
small := $(foreach p,$(cold),-gcflags=$(p)=-l)
# The engine has more that runs once for a command and not once for an interaction.
colder := lethe/recsys/erase/... lethe/recsys/audit lethe/recsys/api lethe/recsys/feed lethe/recsys/sign/... lethe/wasm/keep lethe/wasm/jsutil/... lethe/wasm/webgpu \
	lethe/wasm/choice lethe/wasm/engine encoding/base64 encoding/hex archive/zip path/... internal/... errors context net/url \
	compress/zlib gonum.org/v1/gonum/mathext/... gonum.org/v1/gonum/lapack/... lethe/recsys/tape lethe/recsys/backend/failover image/... bufio strings
smaller := $(small) $(foreach p,$(colder),-gcflags=$(p)=-l)
sources = $(shell find $(1) \( -name '*.go' -o -name '*.s' -o -name '*.h' \) -not -name '*_test.go' -not -path '*/node_modules/*' -not -path 'recsys/bench/*')
MODULE := go.mod go.sum
RECSYS := $(call sources,recsys) $(MODULE)
PUBLIC := $(shell find public -type f)
WORKER := $(shell find worker -type f -not -name '*_test.go' -not -path 'worker/test/*') $(MODULE)
WGSL := $(shell find wasm/webgpu -name '*.wgsl')

# What the demo catalogue and its trained model are made from: they are made again when this changes, not when a date does.
DEMO_SOURCES := $(call sources,recsys/rng recsys/lanes recsys/math32 recsys/dense recsys/files recsys/data recsys/graph recsys/backend/simd \
	recsys/tape recsys/model recsys/rank recsys/eval recsys/train recsys/session) recsys/cmd/lethe/demo.go
DEMO := dist/cache/demo-$(shell cat $(sort $(DEMO_SOURCES)) | sha256sum | cut -c1-16)

.DELETE_ON_ERROR:
.PHONY: npm reference deploy-check build run test check bench bench-browser bench-gpu gpu-bundle test-dawn browser screenshots picture tiers cold frames crash fuzz report clean help test-native test-node test-browser

help: ## print this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-11s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

build: dist/lethe dist/.stamp/site dist/.stamp/worker ## build the command line, the site and the Cloudflare worker into dist/

run: build ## build everything and serve the site on this machine; ADDR=127.0.0.1:8080
	@dist/lethe serve -addr $(ADDR) -site dist/site

test: dist/.stamp/tools build test-native test-node test-browser ## run all tests: native, js/wasm in Node and in Chromium, the site, the worker

check: ## everything a commit must pass: format, vet, generated files, go.mod, tests, size on the wire
	.ci/format
	go vet ./...
	$(engine_go) vet $$($(engine_go) list ./... | grep -v -e /wasm/sitetest -e /wasm/wasmtest -e /recsys/cmd/lethe) # which drive a browser, or serve, from outside
	.ci/fresh
	go mod tidy -diff
	$(MAKE) test
	go run ./wasm/size dist/site/app.wasm=$(APP_BUDGET) dist/site/engine.wasm=$(ENGINE_BUDGET) dist/site/lethe.js=6144 dist/site/lab.wasm

bench: dist/bench dist/bench.wasm dist/gorse-bench ## measure here, in one run: vector kernels, reference, gonum and gorse, natively and in Node, as ratios; ONLY=lightgcn
	dist/bench -gorse dist/gorse-bench -only "$(ONLY)" -wasm "$$(go env GOROOT)/lib/wasm/go_js_wasm_exec dist/bench.wasm"

screenshots: build dist/.stamp/tools ## pictures of every view at 360, 768 and 1440 px in both themes, in dist/shots
	go test -count=1 -v -run TestShots ./wasm/sitetest -shots $(CURDIR)/dist/shots

picture: build dist/.stamp/tools ## the README's animated picture, public/lethe.gif
	go test -count=1 -v -run TestMovie ./wasm/sitetest -movie $(CURDIR)/public/lethe.gif

bench-browser: dist/site/bench.wasm dist/.stamp/public dist/.stamp/tools dist/.stamp/peers dist/bench-browser ## measure in Chromium, in one run: simd, webgpu, tfjs, jax-js, onnxruntime-web; ONLY=word
	dist/bench-browser -only "$(ONLY)" dist/site wasm/bench/peers

bench-gpu: dist/site/bench.wasm dist/.stamp/dawn ## measure a graphics card from Node, on Dawn; DIR=data folder, ARGS=-quick, SOFTWARE=1
	$(dawn) dist/site/bench.wasm gpu $(if $(DIR),-data $(abspath $(DIR))) $(ARGS)

gpu-bundle: dist/site/bench.wasm dist/.stamp/dawn ## pack bench-gpu for a machine without a network, dist/lethe-gpu.tar.xz; DIR=data folder
	wasm/bench/node/bundle.sh dist/site/bench.wasm "$$(go env GOROOT)/lib/wasm/wasm_exec.js" public/gpu.js dist/lethe-gpu.tar.xz $(DIR)

npm: build ## pack the SDK for other sites: dist/lethe-VERSION.tgz
	npm pack ./dist/npm --pack-destination dist

reference: build wasm/sdk/types/node_modules ## the reference of lethe.js from its types, into dist/reference
	wasm/sdk/types/node_modules/.bin/typedoc --entryPoints dist/npm/lethe.d.ts --tsconfig wasm/sdk/types/tsconfig.json \
		--out dist/reference --readme none --disableSources --name lethe

wasm/sdk/types/node_modules: wasm/sdk/types/package-lock.json
	npm ci --prefix wasm/sdk/types --ignore-scripts --no-audit --no-fund
	@touch $@

deploy-check: build ## all of a deployment that a machine without an account can do: wrangler deploy --dry-run
	WRANGLER_SEND_METRICS=false WRANGLER_HIDE_BANNER=true CLOUDFLARE_CF_FETCH_ENABLED=false \
		npx --yes wrangler@4.86.0 deploy --dry-run -c worker/wrangler.jsonc --outdir dist/deploy

browser: build dist/.stamp/tools dist/.stamp/axe ## run the tests of the built site in Chromium
	go test -count=1 ./wasm/sitetest/...

tiers: build dist/.stamp/tools ## print how long the tiers of an erasure take on the page, and how many frames it drops; with ../shared/data/baby also one user, item, interaction of it
	go test -count=1 -v -run 'TestKeepEraseReload|TestForgetOneOnThePage' ./wasm/sitetest

cold: build dist/.stamp/tools ## print what a first visit over a good 4G line costs: paint, first ranking, bytes, layout shift, longest tasks
	go test -count=1 -v -run TestColdLoad ./wasm/sitetest

frames: build dist/.stamp/tools ## print how many frames a second the page draws: the map with 30,000 points, and while MGCN trains on ../shared/data/baby if it is there
	go test -count=1 -v -run 'TestMapFrames|TestTrainTheLargestModelAndStop' ./wasm/sitetest

crash: ## kill the program, natively and in Chromium, 500 times at random moments of importing, training and erasing
	go test -count=1 -timeout 60m -v -run TestKilled ./recsys/session -kills 350
	go test -count=1 -timeout 60m -v -run TestUnlearnKilled ./recsys/cmd/lethe -kills 100
	go test -count=1 -timeout 60m -v -run TestBrowserKilled ./wasm/sitetest -kills 50

FUZZTIME ?= 60s
fuzz: ## fuzz every parser of stored, imported and received bytes; FUZZTIME=60s for each, or 1000000x
	@for p in $$(grep -rl '^func Fuzz' --include='*_test.go' recsys worker/edge | xargs -n1 dirname | sort -u); do \
		for f in $$(grep -h -o '^func Fuzz[A-Za-z0-9]*' $$p/*_test.go | cut -c6-); do \
			echo $$p $$f; go test -run '^$$' -fuzz "^$$f\$$" -fuzztime $(FUZZTIME) ./$$p || exit 1; \
		done; \
	done

DATA ?= demo
report: dist/lethe ## train every model with three seeds on DATA (demo, or folders); table and plots in dist/report
	mkdir -p dist/report
	dist/lethe report -data $(DATA) -runs dist/report/runs.jsonl -plots dist/report > dist/report/accuracy.md
	cat dist/report/accuracy.md

clean: ## remove everything that was built, but for downloads
	rm -rf dist

# Tests.

# Node runs every package that the browser's engine is made of. Chromium, the same V8, runs those that pin bits or touch the platform.
# The demo catalogue is drawn at build time, natively.
NODE_PACKAGES = $(shell $(engine_go) list -f '{{if or .TestGoFiles .XTestGoFiles}}{{.ImportPath}}{{end}}' ./recsys/... | \
	grep -v -e /recsys/cmd/ -e /recsys/data/demo -e '/recsys$$')
CHROMIUM_PACKAGES = ./recsys/rng ./recsys/math32 ./recsys/dense ./recsys/backend/simd ./recsys/tape ./recsys/train ./recsys/erase ./wasm/jsutil/... ./wasm/keep ./wasm/webcrypto ./wasm/webgpu/...

# What drives a browser or a server keeps its deadlines only alone on the machine.
ALONE := ./wasm/engine ./wasm/sdk ./wasm/sitetest ./worker

test-native: dist/.stamp/tools dist/.stamp/axe
	go test $$(go list ./... | grep -v -e /wasm/engine$$ -e /wasm/sdk$$ -e /wasm/sitetest$$ -e /worker$$)
	go test -p 1 $(ALONE)

test-node: dist/.stamp/tools
	$(engine_go) test -tags=noasm,lab -exec "$$(go env GOROOT)/lib/wasm/go_js_wasm_exec" $(NODE_PACKAGES)

test-browser: dist/.stamp/tools dist/wasmtest
	$(engine_go) test -tags=noasm,lab -exec "$(CURDIR)/dist/wasmtest" $(CHROMIUM_PACKAGES)

# Chromium's WebGPU, Dawn, in Node: another host for the same tests. It needs a Vulkan driver; Chromium's software one serves. Mesa's, of 25 or
# later, has half precision too: VK_DRIVER_FILES=/usr/share/vulkan/icd.d/lvp_icd.json LD_LIBRARY_PATH=/usr/lib/chromium make test-dawn
dawn = env WASM_EXEC="$$(go env GOROOT)/lib/wasm/wasm_exec.js" GPU_JS=$(CURDIR)/public/gpu.js $(if $(SOFTWARE),$(software)) \
	node $(CURDIR)/wasm/bench/node/dawn.mjs
software := VK_ICD_FILENAMES=/usr/lib/chromium/vk_swiftshader_icd.json LD_LIBRARY_PATH=/usr/lib/chromium

test-dawn: dist/.stamp/dawn ## run the WebGPU tests in Node on Dawn; SOFTWARE=1 where there is no graphics card but Chromium
	@mkdir -p dist
	echo '#!/bin/sh' > dist/dawn
	echo exec $(dawn) '"$$@"' >> dist/dawn
	chmod +x dist/dawn
	LETHE_WEBGPU=needed $(engine_go) test -timeout 30m -exec "$(CURDIR)/dist/dawn" ./wasm/webgpu

dist/.stamp/dawn: wasm/bench/node/package-lock.json
	@mkdir -p $(@D)
	npm ci --prefix wasm/bench/node --ignore-scripts --no-audit --no-fund
	@touch $@

# The accessibility rules that the site is tested by.
dist/.stamp/axe: wasm/sitetest/axe/package-lock.json
	@mkdir -p $(@D)
	npm ci --prefix wasm/sitetest/axe --ignore-scripts --no-audit --no-fund
	@touch $@

dist/wasmtest: $(shell find wasm/wasmtest -type f -not -name '*_test.go') $(MODULE)
	@mkdir -p dist
	go build -o $@ ./wasm/wasmtest

dist/.stamp/tools: .ci/tools
	@mkdir -p $(@D)
	.ci/tools
	@touch $@

# The command line.

dist/lethe: $(RECSYS) $(WORKER)
	@mkdir -p dist
	go build -trimpath -ldflags='$(stamp)' -o $@ ./recsys/cmd/lethe

# The benchmark. The peers run as fast as they can: gonum with its assembly, gorse in a module of its own, since nothing else depends on it.

dist/bench: $(RECSYS)
	@mkdir -p dist
	GOFLAGS= go build -o $@ ./recsys/cmd/bench

dist/bench.wasm: $(RECSYS)
	@mkdir -p dist
	$(engine_go) build -o $@ ./recsys/cmd/bench

dist/gorse-bench: recsys/bench/gorse/main.go recsys/bench/gorse/go.mod
	@mkdir -p dist
	cd recsys/bench/gorse && GOFLAGS= go build -o $(CURDIR)/$@ .

dist/.stamp/peers: wasm/bench/peers/package-lock.json
	@mkdir -p $(@D)
	npm ci --prefix wasm/bench/peers --ignore-scripts --no-audit --no-fund
	@touch $@

dist/bench-browser: wasm/bench/browser/main.go $(call sources,wasm/chromium) $(MODULE)
	@mkdir -p dist
	go build -o $@ ./wasm/bench/browser

dist/site/bench.wasm: $(RECSYS) wasm/bench/*.go $(call sources,wasm/jsutil wasm/webgpu) $(WGSL)
	@mkdir -p $(@D)
	$(engine_go) build $(strip) $(small) -o $@ ./wasm/bench

# The site. Go programs keep their place when they come out as they were, so that they are not compressed again.

dist/.stamp/engine: $(RECSYS) $(call sources,wasm/engine wasm/choice wasm/jsutil wasm/keep wasm/webcrypto wasm/webgpu wasm/join) $(WGSL)
	@mkdir -p $(@D) dist/site
	$(engine_go) build $(strip) $(smaller) -o dist/site/engine.wasm ./wasm/engine
	$(engine_go) build $(strip) $(smaller) -tags=noasm,lab -o dist/site/lab.wasm ./wasm/engine
	go run ./wasm/join dist/site/engine.wasm dist/site/lab.wasm
	@touch $@

dist/.stamp/app: $(call sources,ui wasm/app wasm/jsutil wasm/join recsys/api recsys/rank recsys/dense) $(MODULE)
	@mkdir -p $(@D) dist/site
	$(page_go) build $(strip) $(small) -o dist/site/app.wasm ./wasm/app
	go run ./wasm/join dist/site/app.wasm
	@touch $@

dist/.stamp/public: $(PUBLIC) Makefile
	@mkdir -p $(@D) dist/site
	cp -R public/. dist/site/
	cp "$$(go env GOROOT)/lib/wasm/wasm_exec.js" dist/site/wasm_exec.js
	printf '*.br\n' > dist/site/.assetsignore
	@touch $@

$(DEMO)/.done: | dist/lethe
	rm -rf dist/cache/demo-*
	dist/lethe demo -site -o $(@D)
	@touch $@

dist/.stamp/demo: $(DEMO)/.done
	@mkdir -p $(@D) dist/site
	rm -rf dist/site/demo
	cp -R $(DEMO) dist/site/demo
	rm dist/site/demo/.done
	@touch $@

dist/.stamp/site: dist/.stamp/engine dist/site/bench.wasm dist/.stamp/app dist/.stamp/public dist/.stamp/demo $(call sources,wasm/wire wasm/sdk)
	go run ./wasm/sdk dist/site dist/npm
	go run ./wasm/wire dist/site
	@touch $@

# The Cloudflare worker.

dist/.stamp/worker: $(WORKER)
	@mkdir -p $(@D)
	worker/build.sh dist/worker
	@touch $@

// Package edge answers HTTP for Lethe: the optional API under /api, and the site's static files with the headers that they are
// deployed with. The site works without the API.
//
// [Handler] is one http.Handler, the same in a native process and in the Cloudflare worker. What differs is what the platform
// lends it ([Bindings]): a file tagged js && wasm takes it from Cloudflare, its twin keeps it in memory. Adding a path is one line in
// routes, its handler in a file of its own, and its name in ../entry.mjs.
//
// [Static] is the native stand-in for Cloudflare's assets layer, which serves the files once deployed and never starts Go for them.
// [Site] joins the two as the deployment does.
//
// # Deployment
//
//	make                                           # or whatever builds the site into dist/site, public/_headers with it
//	sh worker/build.sh                             # the worker, into dist/worker
//	go test ./worker/...                           # both halves, in workerd
//	export WRANGLER_SEND_METRICS=false CLOUDFLARE_CF_FETCH_ENABLED=false WRANGLER_HIDE_BANNER=true
//	npx wrangler@4.86.0 deploy --dry-run -c worker/wrangler.jsonc --outdir dist/deploy
//	npx wrangler@4.86.0 login
//	npx wrangler@4.86.0 deploy -c worker/wrangler.jsonc
//
// "make deploy-check" does the first five. The first deployment creates the database and the bucket that wrangler.jsonc names without
// ids. Then, once:
//
//	npx wrangler@4.86.0 d1 migrations apply lethe --remote -c worker/wrangler.jsonc   # the tables
//	dist/lethe takedown key -key owner.pem          # the owner's key; its public half goes into wrangler.jsonc as LETHE_OWNER
//	openssl rand -base64 32 | npx wrangler@4.86.0 secret put LETHE_LOG_KEY -c worker/wrangler.jsonc   # signs the log's heads
//	npx wrangler@4.86.0 r2 object put lethe-catalog/v1.json --file catalog.json --remote              # and last, index.json
//
// and whenever something is revoked:
//
//	dist/lethe takedown sign -key owner.pem -feed takedowns.jsonl item:ID
//	dist/lethe takedown publish -feed takedowns.jsonl -to https://example.org
//
// The owner's private key is on no server: a line's signature is all the permission to publish it. What is not bound answers that it is
// not set up. The dry run checks the configuration and bundles without an account. A site folder that holds precompressed .br files
// also needs an .assetsignore with the line "*.br": Cloudflare compresses by itself, and would otherwise publish them as files.
//
// Without a worker takedowns.jsonl is itself the feed, on any static server: GitHub Pages, a folder. What is lost is the log of receipts.
//
// The worker fits the size limits of the free plan. Its processor time per request lies about that plan's limit of 10 ms, so a busy
// API needs a paid one; the files do not. This prints it, with what an unknown path and a file cost beside it:
//
//	go test ./worker -run '^$' -bench .
//
// # Scale
//
// State is in D1 and R2 only; a request reads rows by their keys, and how many does not grow with the number of devices: one for a device
// that is up to date, some forty hashes at most for a proof among ten million leaves. These print unit costs (a fleet of 10,000 natively,
// a bounded load in workerd):
//
//	go test ./worker -run TestFleet -v -devices 10000
//	go test ./worker -run TestLoadInWorkerd -v
//
// Measured on two busy cores: a device that is up to date costs 17 µs natively (median) and 20 ms of processor in workerd, nearly all of it
// the start of a Go program; a receipt 20 ms and three statements of D1. Natively, of 10,000 devices, p99 is 0.3 ms where nothing is new,
// 10 ms for one new line and 52 ms for a receipt that is flushed to the disk; memory grows by 480 bytes for each receipt that is stored and by
// nothing for a reading.
//
// Ten million devices that ask once a day are 116 requests a second and, at 20 ms, 2.3 cores: 300 million requests and 6,000 million
// milliseconds a month. All of them answering one takedown write ten million receipts of 420 bytes with index and tree (SQLite's size of
// 100,000), 4 GB of the 10 GB that a D1 database may have, and at three statements of about a millisecond each a database takes them in
// some nine hours, devices being spread over the day. Beyond that, or to pay nothing: let the assets layer serve takedowns.jsonl as a file,
// which starts no program, and open a new log (another database) each year.
//
// # What the runtime does differently
//
// The adapter between the runtime and net/http has edges that handlers must know; those that can be smoothed are, in Handler and reply.
//
//   - Nothing strips the body of an answer to HEAD, and a Content-Length without that many bytes becomes a 500: reply sends neither.
//   - The body of a GET is nil: Handler puts http.NoBody there.
//   - A panic ends the Go program and leaves the request hanging: Handler recovers it.
//   - Request headers arrive split at every comma, dates too: join Header.Values with "," before parsing one.
//   - A 200 without a body leaves the runtime waiting: send answers 204.
//   - Accept-Encoding is the proxy's, never the client's: leave compression to it.
//   - A missing KV key reads "<null>", D1 has no transactions through database/sql, R2 cannot read a range.
package edge

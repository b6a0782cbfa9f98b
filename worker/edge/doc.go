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
// Nothing needs to be created beforehand. The dry run checks the configuration and bundles without an account. A site folder that
// holds precompressed .br files also needs an .assetsignore with the line "*.br": Cloudflare compresses by itself, and would
// otherwise publish them as files.
//
// The worker fits the size limits of the free plan. Its processor time per request lies about that plan's limit of 10 ms, so a busy
// API needs a paid one; the files do not. This prints it, with what an unknown path and a file cost beside it:
//
//	go test ./worker -run '^$' -bench .
//
// # What the runtime does differently
//
// The adapter between the runtime and net/http has edges that handlers must know; those that can be smoothed are, in Handler and reply.
//
//   - Nothing strips the body of an answer to HEAD, and a Content-Length without that many bytes becomes a 500: reply sends neither.
//   - The body of a GET is nil: Handler puts http.NoBody there.
//   - A panic ends the Go program and leaves the request hanging: Handler recovers it.
//   - Request headers arrive split at every comma, dates too: join Header.Values with "," before parsing one.
//   - Accept-Encoding is the proxy's, never the client's: leave compression to it.
//   - A missing KV key reads "<null>", D1 has no transactions through database/sql, R2 cannot read a range.
package edge

// Package sitetest opens the built site in a real Chromium and does what a visitor
// does: like, train, stop, forget, compare, drop a file, reload. It watches for what a
// visitor would resent: errors, requests to elsewhere, a page that stutters or jumps.
//
//	make build && go test ./wasm/sitetest
//	go test ./wasm/sitetest -run TestShots -shots ../../dist/shots
//
// The site is dist/site, or the folder named in SITE.
package sitetest

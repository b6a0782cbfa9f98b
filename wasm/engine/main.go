//go:build js && wasm

// Command engine is the compute Web Worker: it opens data, trains, recommends,
// forgets and measures, and speaks the protocol of recsys/api with the page.
// public/engine.js starts it.
package main

import (
	"time"

	"lethe/recsys/lanes"
	"lethe/recsys/session"
	"lethe/wasm/jsutil"
	"lethe/wasm/keep"
	_ "lethe/wasm/webcrypto" // Ed25519
)

// sources is the hash of what this program was built from; the Makefile sets it.
var sources string

func main() {
	port := jsutil.EnginePort() // listens before anything else
	g := graphics{post: port.Post}
	s := session.New(session.Options{
		Visitor:  true,
		Now:      time.Now,
		Yield:    jsutil.Yield,
		Demo:     demo,
		Backend:  g.backend,
		Choose:   g.choose,
		Backends: usable(),
		SIMD:     lanes.Available,
		Keep:     keep.Open,
		Sources:  sources,
	})
	if err := s.Serve(port); err != nil {
		panic(err) // the page is gone, and this worker with it
	}
}

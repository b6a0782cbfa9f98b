//go:build js && wasm

// Package keep is where a page's engine keeps things: the origin private file system, or
// IndexedDB where that is missing, sealed by WebCrypto, for one tab at a time. It is what
// recsys/erase/store asks of a platform, in a browser.
package keep

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"syscall/js"

	"lethe/recsys/api"
	"lethe/recsys/erase/store"
	"lethe/wasm/jsutil"
)

// folder is the name of everything that Lethe keeps in a browser: a folder of the private file
// system, a database, a lock.
const folder = "lethe"

// Open finds the place of this site's things. Where there is none, or another tab has it, Kept
// says why in words; that is no error.
//
// A site that uses the SDK names a place of its own in the address of engine.js, ?store=NAME, so that several of them, and Lethe's own
// page, may lie on one origin.
func Open() (store.Outside, api.Kept, error) {
	query := js.Global().Get("URLSearchParams").New(js.Global().Get("location").Get("search"))
	if name := query.Call("get", "store"); name.Truthy() {
		return open(folder + "-" + name.String())
	}
	return open(folder)
}

func open(name string) (store.Outside, api.Kept, error) {
	nothing := func(why string) (store.Outside, api.Kept, error) { return store.Outside{}, api.Kept{Why: why}, nil }
	navigator, crypto := js.Global().Get("navigator"), js.Global().Get("crypto")
	if crypto.IsUndefined() || crypto.Get("subtle").IsUndefined() || navigator.Get("storage").IsUndefined() {
		return nothing("Nothing is kept: the browser stores data only for pages that come over https, or from this machine.")
	}
	if !lock(navigator.Get("locks"), name) {
		return nothing("Another tab with this page keeps things. This one keeps nothing: close the other and reload.")
	}
	kept := api.Kept{Where: "opfs"}
	disk, err := openOPFS(name)
	if err != nil {
		kept.Where = "indexeddb"
		var second error
		if disk, second = openIndexedDB(name); second != nil {
			return nothing(fmt.Sprintf("Nothing is kept: the browser offers no storage here, perhaps because this is a private window (%v; %v).", err, second))
		}
	}
	measure(navigator.Get("storage"), &kept)
	return store.Outside{Disk: disk, Cipher: &cipher{subtle: crypto.Get("subtle")}, Random: random}, kept, nil
}

// patience is how long a page that is reloaded waits for its predecessor to let go, in milliseconds.
const patience = 2000

// lock takes the site's lock for as long as this thread lives. Browsers without locks have
// no sync access handles either, or these exclude each other.
func lock(locks js.Value, name string) bool {
	if locks.IsUndefined() {
		return true
	}
	got := make(chan bool, 2)
	forever := js.Global().Get("Promise").New(js.FuncOf(func(js.Value, []js.Value) any { return nil }))
	held := js.FuncOf(func(js.Value, []js.Value) any {
		got <- true
		return forever
	})
	options := js.Global().Get("Object").New()
	options.Set("signal", js.Global().Get("AbortSignal").Call("timeout", patience))
	promise := locks.Call("request", name, options, held)
	go func() {
		if _, err := jsutil.Await(promise); err != nil {
			got <- false
		}
	}()
	return <-got
}

// measure asks how much room there is.
func measure(storage js.Value, kept *api.Kept) {
	if estimate, err := jsutil.Try(storage, "estimate"); err == nil {
		if e, err := jsutil.Await(estimate); err == nil {
			kept.Used, kept.Quota = number(e.Get("usage")), number(e.Get("quota"))
		}
	}
	if persisted, err := jsutil.Try(storage, "persisted"); err == nil {
		if p, err := jsutil.Await(persisted); err == nil {
			kept.Persistent = p.Truthy()
		}
	}
}

func number(v js.Value) int64 {
	if v.Type() != js.TypeNumber {
		return 0
	}
	return int64(v.Float())
}

// failure puts what the browser says of storage into words.
func failure(op, name string, err error) error {
	text := err.Error()
	switch {
	case strings.Contains(text, "NotFoundError"):
		return &fs.PathError{Op: op, Path: name, Err: fs.ErrNotExist}
	case strings.Contains(text, "QuotaExceeded"):
		return errors.New("there is no room left for this site in the browser; free some on this machine, or remove data of other sites")
	case strings.Contains(text, "NoModificationAllowed"):
		return errors.New("another tab is writing the same files; close it and try again")
	}
	return fmt.Errorf("%s %s: %w", op, name, err)
}

// random fills b by WebCrypto, which gives at most 65,536 bytes at a time.
func random(b []byte) error {
	for len(b) > 0 {
		n := min(len(b), 1<<16)
		a := js.Global().Get("Uint8Array").New(n)
		if _, err := jsutil.Try(js.Global().Get("crypto"), "getRandomValues", a); err != nil {
			return err
		}
		js.CopyBytesToGo(b[:n], a)
		b = b[n:]
	}
	return nil
}

// cipher is store.Cipher by WebCrypto.
type cipher struct {
	subtle js.Value
	key    string // last used
	handle js.Value
}

// with runs encrypt or decrypt.
func (c *cipher) with(op string, key, nonce, text, aad []byte) ([]byte, error) {
	if string(key) != c.key {
		promise, err := jsutil.Try(c.subtle, "importKey", "raw", jsutil.Uint8Array(key), "AES-GCM", false, []any{"encrypt", "decrypt"})
		if err != nil {
			return nil, err
		}
		if c.handle, err = jsutil.Await(promise); err != nil {
			return nil, err
		}
		c.key = string(key)
	}
	how := map[string]any{"name": "AES-GCM", "iv": jsutil.Uint8Array(nonce), "additionalData": jsutil.Uint8Array(aad)}
	promise, err := jsutil.Try(c.subtle, op, how, c.handle, jsutil.Uint8Array(text))
	if err != nil {
		return nil, err
	}
	out, err := jsutil.Await(promise)
	if err != nil {
		return nil, err
	}
	return jsutil.Bytes(out), nil
}

// Seal is store.Cipher.
func (c *cipher) Seal(key, nonce, plain, aad []byte) ([]byte, error) {
	return c.with("encrypt", key, nonce, plain, aad)
}

// Open is store.Cipher.
func (c *cipher) Open(key, nonce, sealed, aad []byte) ([]byte, error) {
	return c.with("decrypt", key, nonce, sealed, aad)
}

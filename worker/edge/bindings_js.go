//go:build js && wasm

package edge

import (
	"context"
	"crypto/ed25519"
	"encoding/base64"
	"net/http"
	"syscall/js"

	"github.com/syumai/workers/cloudflare"
)

// OpenBindings takes the bindings that wrangler.jsonc declares. One that is missing leaves its field empty.
func OpenBindings() Bindings {
	b := Bindings{Client: func(r *http.Request) string { return r.Header.Get("CF-Connecting-IP") }}
	if meta := cloudflare.GetBinding("CF_VERSION_METADATA"); meta.Truthy() {
		b.Deployment = meta.Get("id").String()
	}
	if owner := cloudflare.GetBinding("LETHE_OWNER"); owner.Type() == js.TypeString {
		b.Owner = owner.String()
	}
	if key := cloudflare.GetBinding("LETHE_LOG_KEY"); key.Type() == js.TypeString {
		if seed, err := base64.StdEncoding.DecodeString(key.String()); err == nil && len(seed) == ed25519.SeedSize {
			b.LogKey = ed25519.NewKeyFromSeed(seed)
		}
	}
	if db := cloudflare.GetBinding("DB"); db.Truthy() {
		b.Feed, b.Log = d1Feed{d1{db}}, d1Log{d1{db}}
	}
	if bucket := cloudflare.GetBinding("CATALOG"); bucket.Truthy() {
		b.Catalog = r2Catalog{bucket}
	}
	if limit := cloudflare.GetBinding("WRITES"); limit.Truthy() {
		b.Allow = func(_ context.Context, client string) bool {
			options := js.Global().Get("Object").New()
			options.Set("key", client)
			outcome, err := await(limit.Call("limit", options))
			return err != nil || outcome.Get("success").Bool() // a limit that cannot be asked stops nobody
		}
	}
	return b
}

// await waits for a promise.
func await(p js.Value) (js.Value, error) {
	type settled struct {
		v   js.Value
		err error
	}
	c := make(chan settled, 1)
	resolve := js.FuncOf(func(_ js.Value, args []js.Value) any {
		c <- settled{v: args[0]}
		return nil
	})
	defer resolve.Release()
	reject := js.FuncOf(func(_ js.Value, args []js.Value) any {
		c <- settled{err: js.Error{Value: args[0]}}
		return nil
	})
	defer reject.Release()
	p.Call("then", resolve, reject)
	s := <-c
	return s.v, s.err
}

// r2Catalog is a catalogue in an R2 bucket.
type r2Catalog struct{ bucket js.Value }

func (c r2Catalog) Read(_ context.Context, name string) ([]byte, error) {
	object, err := await(c.bucket.Call("get", name))
	if err != nil {
		return nil, err
	}
	if object.IsNull() {
		return nil, errAbsent
	}
	buffer, err := await(object.Call("arrayBuffer"))
	if err != nil {
		return nil, err
	}
	array := js.Global().Get("Uint8Array").New(buffer)
	b := make([]byte, array.Length())
	js.CopyBytesToGo(b, array)
	return b, nil
}

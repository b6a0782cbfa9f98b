//go:build js && wasm

package edge

import "github.com/syumai/workers/cloudflare"

// OpenBindings takes the bindings that wrangler.jsonc declares. One that is missing leaves its field empty.
func OpenBindings() Bindings {
	var b Bindings
	if meta := cloudflare.GetBinding("CF_VERSION_METADATA"); meta.Truthy() {
		b.Deployment = meta.Get("id").String()
	}
	return b
}

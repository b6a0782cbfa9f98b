//go:build js && wasm

package main

import (
	"fmt"
	"io/fs"
	"strings"
	"syscall/js"

	"lethe/recsys/api"
	"lethe/recsys/data"
	"lethe/wasm/jsutil"
)

// demo fetches the demo catalogue, one zip beside its pictures.
func demo(url string) (fs.FS, error) {
	url = strings.TrimSuffix(url, "/") + "/catalogue.zip"
	response, err := jsutil.Await(js.Global().Call("fetch", url))
	if err == nil && !response.Get("ok").Bool() {
		err = fmt.Errorf("the server answered %d", response.Get("status").Int())
	}
	var body js.Value
	if err == nil {
		body, err = jsutil.Await(response.Call("arrayBuffer"))
	}
	if err != nil {
		return nil, &api.Failure{Code: api.CodeNotReady, Message: "The demo catalogue could not be fetched: " + err.Error() + ".",
			File: url, Remedy: "Check the connection and try again."}
	}
	return data.OpenZip(jsutil.Bytes(body))
}

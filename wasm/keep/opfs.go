//go:build js && wasm

package keep

import (
	"errors"
	"fmt"
	"syscall/js"

	"lethe/recsys/erase/store"
	"lethe/wasm/jsutil"
)

// opfs is a folder of the origin private file system. Sync access handles write a file's
// bytes where they lie, and flush them: what shredding needs. Only workers have them.
type opfs struct{ dir js.Value }

// openOPFS opens a folder and tries whether handles can be had: some browsers refuse them in
// private windows.
func openOPFS(name string) (store.Disk, error) {
	root, err := await(js.Global().Get("navigator").Get("storage"), "getDirectory")
	if err != nil {
		return nil, err
	}
	dir, err := await(root, "getDirectoryHandle", name, map[string]any{"create": true})
	if err != nil {
		return nil, err
	}
	d := &opfs{dir}
	err = d.Append("probe", []byte{0})
	if err == nil {
		err = d.Shred("probe")
	}
	return d, err
}

// await calls a method that promises.
func await(object js.Value, method string, args ...any) (js.Value, error) {
	if object.Get(method).Type() != js.TypeFunction {
		return js.Undefined(), fmt.Errorf("this browser has no %s", method)
	}
	promise, err := jsutil.Try(object, method, args...)
	if err != nil {
		return promise, err
	}
	return jsutil.Await(promise)
}

// with opens a file's handle for f.
func (d *opfs) with(op, name string, create bool, f func(h js.Value) error) error {
	file, err := await(d.dir, "getFileHandle", name, map[string]any{"create": create})
	if err != nil {
		return failure(op, name, err)
	}
	h, err := await(file, "createSyncAccessHandle")
	if err != nil {
		return failure(op, name, err)
	}
	var inner error
	err = jsutil.Catch(func() { inner = f(h) })
	if closing := jsutil.Catch(func() { h.Call("close") }); err == nil {
		err = closing
	}
	if err == nil {
		err = inner
	}
	if err != nil {
		return failure(op, name, err)
	}
	return nil
}

// put writes b at a place and flushes.
func put(h js.Value, b []byte, at int) error {
	if n := h.Call("write", jsutil.Uint8Array(b), map[string]any{"at": at}).Int(); n != len(b) {
		return fmt.Errorf("only %d of %d bytes were written", n, len(b))
	}
	h.Call("flush")
	return nil
}

// Names is store.Disk.
func (d *opfs) Names() ([]string, error) {
	var names []string
	all, err := jsutil.Try(d.dir, "keys")
	for err == nil {
		var next js.Value
		if next, err = await(all, "next"); err == nil {
			if next.Get("done").Bool() {
				return names, nil
			}
			names = append(names, next.Get("value").String())
		}
	}
	return nil, failure("list", "the folder", err)
}

// Read is store.Disk.
func (d *opfs) Read(name string) (b []byte, err error) {
	err = d.with("read", name, false, func(h js.Value) error {
		a := js.Global().Get("Uint8Array").New(h.Call("getSize").Int())
		if n := h.Call("read", a, map[string]any{"at": 0}).Int(); n != a.Length() {
			return errors.New("the file could not be read to its end")
		}
		b = make([]byte, a.Length())
		js.CopyBytesToGo(b, a)
		return nil
	})
	return b, err
}

// Write is store.Disk.
func (d *opfs) Write(name string, b []byte) error {
	return d.with("write", name, true, func(h js.Value) error {
		h.Call("truncate", 0)
		return put(h, b, 0)
	})
}

// Append is store.Disk.
func (d *opfs) Append(name string, b []byte) error {
	return d.with("write", name, true, func(h js.Value) error { return put(h, b, h.Call("getSize").Int()) })
}

// Shred is store.Disk.
func (d *opfs) Shred(name string) error {
	err := d.with("erase", name, false, func(h js.Value) error { return put(h, make([]byte, h.Call("getSize").Int()), 0) })
	if missing(err) {
		return nil
	}
	if err != nil {
		return err
	}
	return d.Remove(name)
}

// Remove is store.Disk.
func (d *opfs) Remove(name string) error {
	if _, err := await(d.dir, "removeEntry", name); err != nil {
		if err = failure("remove", name, err); !missing(err) {
			return err
		}
	}
	return nil
}

//go:build js && wasm

package keep

import (
	"errors"
	"io/fs"
	"slices"
	"syscall/js"

	"lethe/recsys/erase/store"
	"lethe/wasm/jsutil"
)

// indexedDB is a database with one table of files. It cannot overwrite bytes where they lie:
// what was shredded may stay in the browser's log until it is compacted.
type indexedDB struct{ db js.Value }

const files = "files"

func openIndexedDB(name string) (store.Disk, error) {
	factory := js.Global().Get("indexedDB")
	if factory.IsUndefined() || factory.IsNull() {
		return nil, errors.New("there is no IndexedDB")
	}
	request, err := jsutil.Try(factory, "open", name, 1)
	if err != nil {
		return nil, err
	}
	upgrade := js.FuncOf(func(js.Value, []js.Value) any {
		request.Get("result").Call("createObjectStore", files)
		return nil
	})
	defer upgrade.Release()
	request.Set("onupgradeneeded", upgrade)
	db, err := result(request)
	return &indexedDB{db}, err
}

// result waits for a request.
func result(request js.Value) (js.Value, error) {
	done := make(chan error, 1)
	ok := js.FuncOf(func(js.Value, []js.Value) any {
		done <- nil
		return nil
	})
	defer ok.Release()
	bad := js.FuncOf(func(js.Value, []js.Value) any {
		done <- errors.New(jsutil.Text(request.Get("error")))
		return nil
	})
	defer bad.Release()
	request.Set("onsuccess", ok)
	request.Set("onerror", bad)
	if err := <-done; err != nil {
		return js.Undefined(), err
	}
	return request.Get("result"), nil
}

// change runs f on the table and waits until it is on the disk.
func (d *indexedDB) change(op, name string, f func(table js.Value)) error {
	done := make(chan error, 1)
	ok := js.FuncOf(func(js.Value, []js.Value) any {
		done <- nil
		return nil
	})
	defer ok.Release()
	var t js.Value
	bad := js.FuncOf(func(js.Value, []js.Value) any {
		done <- errors.New(jsutil.Text(t.Get("error")))
		return nil
	})
	defer bad.Release()
	err := jsutil.Catch(func() {
		t = d.db.Call("transaction", []any{files}, "readwrite", map[string]any{"durability": "strict"})
		t.Set("oncomplete", ok)
		t.Set("onabort", bad)
		f(t.Call("objectStore", files))
	})
	if err == nil {
		err = <-done
	}
	if err != nil {
		return failure(op, name, err)
	}
	return nil
}

func (d *indexedDB) look(method string, args ...any) (js.Value, error) {
	var request js.Value
	err := jsutil.Catch(func() {
		request = d.db.Call("transaction", []any{files}, "readonly").Call("objectStore", files).Call(method, args...)
	})
	if err != nil {
		return request, err
	}
	return result(request)
}

// Names is store.Disk.
func (d *indexedDB) Names() ([]string, error) {
	all, err := d.look("getAllKeys")
	if err != nil {
		return nil, failure("list", "the database", err)
	}
	var names []string
	for k := range all.Length() {
		names = append(names, all.Index(k).String())
	}
	return names, nil
}

// Read is store.Disk.
func (d *indexedDB) Read(name string) ([]byte, error) {
	v, err := d.look("get", name)
	if err != nil {
		return nil, failure("read", name, err)
	}
	if v.IsUndefined() {
		return nil, &fs.PathError{Op: "read", Path: name, Err: fs.ErrNotExist}
	}
	return jsutil.Bytes(v), nil
}

// Write is store.Disk.
func (d *indexedDB) Write(name string, b []byte) error {
	return d.change("write", name, func(table js.Value) { table.Call("put", jsutil.Uint8Array(b), name) })
}

// Append is store.Disk.
func (d *indexedDB) Append(name string, b []byte) error {
	old, err := d.Read(name)
	if err != nil && !missing(err) {
		return err
	}
	return d.Write(name, slices.Concat(old, b))
}

// Shred is store.Disk: as far as a database can.
func (d *indexedDB) Shred(name string) error {
	old, err := d.Read(name)
	if missing(err) {
		return nil
	}
	if err != nil {
		return err
	}
	if err := d.Write(name, make([]byte, len(old))); err != nil {
		return err
	}
	return d.Remove(name)
}

// Remove is store.Disk.
func (d *indexedDB) Remove(name string) error {
	return d.change("remove", name, func(table js.Value) { table.Call("delete", name) })
}

func missing(err error) bool { return errors.Is(err, fs.ErrNotExist) }

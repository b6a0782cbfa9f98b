// Package disk keeps a store in a folder of this machine: what recsys/erase/store asks of a
// platform, outside a browser.
package disk

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"lethe/recsys/erase/store"
)

// Open makes a folder ready for a store, for this program alone until close is called.
func Open(dir string) (out store.Outside, close func() error, err error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return out, nil, err
	}
	lock, err := os.OpenFile(filepath.Join(dir, "lock"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return out, nil, err
	}
	if err := exclusive(lock); err != nil {
		return out, nil, errors.Join(fmt.Errorf("another program uses the store %s: wait for it, or end it", dir), lock.Close())
	}
	return store.Outside{Disk: folder(dir), Cipher: gcm{}, Random: random}, lock.Close, nil
}

func random(b []byte) error { _, err := rand.Read(b); return err }

// folder is a store.Disk of plain files.
type folder string

func (f folder) path(name string) string { return filepath.Join(string(f), name) }

// Names is store.Disk.
func (f folder) Names() ([]string, error) {
	entries, err := os.ReadDir(string(f))
	if err != nil {
		return nil, err
	}
	var names []string
	for _, e := range entries {
		if e.Type().IsRegular() && e.Name() != "lock" {
			names = append(names, e.Name())
		}
	}
	return names, nil
}

// Read is store.Disk.
func (f folder) Read(name string) ([]byte, error) { return os.ReadFile(f.path(name)) }

// Write is store.Disk: it writes beside the file, flushes, renames and flushes the folder.
func (f folder) Write(name string, b []byte) error { return WriteFile(f.path(name), b, 0o600) }

// WriteFile makes b the content of a file, whole or not at all, whatever happens meanwhile.
func WriteFile(path string, b []byte, mode os.FileMode) error {
	temporary := path + ".tmp"
	w, err := os.OpenFile(temporary, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, mode)
	if err != nil {
		return err
	}
	_, err = w.Write(b)
	if err == nil {
		err = w.Sync()
	}
	if err = errors.Join(err, w.Close()); err == nil {
		err = os.Rename(temporary, path)
	}
	if err != nil {
		return errors.Join(err, Shred(temporary))
	}
	return syncFolder(path)
}

// syncFolder makes the folder's entry of a file durable. Systems on which folders cannot be
// flushed do it with the file.
func syncFolder(path string) error {
	d, err := os.Open(filepath.Dir(path))
	if err != nil {
		return err
	}
	_ = d.Sync()
	return d.Close()
}

// Append is store.Disk.
func (f folder) Append(name string, b []byte) error {
	_, err := os.Stat(f.path(name))
	fresh := errors.Is(err, fs.ErrNotExist)
	w, err := os.OpenFile(f.path(name), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = w.Write(b)
	if err == nil {
		err = w.Sync()
	}
	if err = errors.Join(err, w.Close()); err != nil || !fresh {
		return err
	}
	return syncFolder(f.path(name))
}

// Shred is store.Disk.
func (f folder) Shred(name string) error { return Shred(f.path(name)) }

// Shred overwrites a file's bytes where they lie, flushes them and removes the file. A file
// that is not there is no error.
func Shred(path string) error {
	w, err := os.OpenFile(path, os.O_WRONLY, 0)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	info, err := w.Stat()
	zeros := make([]byte, 1<<16)
	for at := int64(0); err == nil && at < info.Size(); at += int64(len(zeros)) {
		_, err = w.WriteAt(zeros[:min(int64(len(zeros)), info.Size()-at)], at)
	}
	if err == nil {
		err = w.Sync()
	}
	if err = errors.Join(err, w.Close()); err != nil {
		return err
	}
	return remove(path)
}

// Remove is store.Disk.
func (f folder) Remove(name string) error { return remove(f.path(name)) }

func remove(path string) error {
	if err := os.Remove(path); err != nil {
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		return err
	}
	return syncFolder(path)
}

// gcm is store.Cipher.
type gcm struct{}

func aead(key []byte) (cipher.AEAD, error) {
	b, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCM(b)
}

// Seal is store.Cipher.
func (gcm) Seal(key, nonce, plain, aad []byte) ([]byte, error) {
	a, err := aead(key)
	if err != nil {
		return nil, err
	}
	return a.Seal(nil, nonce, plain, aad), nil
}

// Open is store.Cipher.
func (gcm) Open(key, nonce, sealed, aad []byte) ([]byte, error) {
	a, err := aead(key)
	if err != nil {
		return nil, err
	}
	return a.Open(nil, nonce, sealed, aad)
}

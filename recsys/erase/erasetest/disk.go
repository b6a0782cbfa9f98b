// Package erasetest is what the tests of stores and erasures run on: a folder in memory whose
// writes fail in every way that disks do, and a cipher.
package erasetest

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"errors"
	"io/fs"
	"maps"
	"slices"

	"lethe/recsys/erase/store"
)

// Fault is a way in which a write goes wrong.
type Fault string

// The faults. All but Flip are told to the writer.
const (
	Refused Fault = "error"       // nothing is written
	Quota   Fault = "quota"       // nothing is written, there is no room
	Short   Fault = "short write" // half of it is written
	Torn    Fault = "torn page"   // all of it, but a page in its middle is zeros
	Flip    Fault = "bit flip"    // all of it, one bit wrong, and nobody is told
	Crash   Fault = "crash"       // half of it, and nothing works from there on
)

// Faults are all of them.
var Faults = []Fault{Refused, Quota, Short, Torn, Flip, Crash}

// The errors that writers are told.
var (
	ErrDisk  = errors.New("the disk reported an error")
	ErrQuota = errors.New("there is no room left")
)

// Disk is a folder in memory. Its zero value is empty and healthy.
type Disk struct {
	Files map[string][]byte
	// At is the number of the change, from 1, that Fault strikes; 0 for none.
	At    int
	Fault Fault
	// Changes counts what was asked for so far.
	Changes int
	dead    bool
}

// Reopened is the same folder after a crash: healthy, as far as it was written.
func (d *Disk) Reopened() *Disk { return &Disk{Files: maps.Clone(d.Files)} }

// Names is store.Disk.
func (d *Disk) Names() ([]string, error) {
	if d.dead {
		return nil, ErrDisk
	}
	return slices.Sorted(maps.Keys(d.Files)), nil
}

// Read is store.Disk.
func (d *Disk) Read(name string) ([]byte, error) {
	if d.dead {
		return nil, ErrDisk
	}
	b, ok := d.Files[name]
	if !ok {
		return nil, &fs.PathError{Op: "read", Path: name, Err: fs.ErrNotExist}
	}
	return slices.Clone(b), nil
}

// struck counts a change and says how much of b it writes.
func (d *Disk) struck(b []byte) ([]byte, error) {
	d.Changes++
	if d.dead {
		return nil, ErrDisk
	}
	if d.Changes != d.At {
		return b, nil
	}
	b = slices.Clone(b)
	middle := len(b) / 2
	switch d.Fault {
	case Quota:
		return nil, ErrQuota
	case Short:
		return b[:middle], ErrDisk
	case Crash:
		d.dead = true
		return b[:middle], ErrDisk
	case Torn:
		clear(b[middle:min(len(b), middle+4096)])
		return b, ErrDisk
	case Flip:
		if len(b) > 0 {
			b[middle] ^= 4
		}
		return b, nil
	}
	return nil, ErrDisk
}

// Write is store.Disk.
func (d *Disk) Write(name string, b []byte) error { return d.put(name, nil, b) }

// Append is store.Disk.
func (d *Disk) Append(name string, b []byte) error { return d.put(name, d.Files[name], b) }

func (d *Disk) put(name string, before, b []byte) error {
	b, err := d.struck(b)
	if b != nil || err == nil {
		if d.Files == nil {
			d.Files = map[string][]byte{}
		}
		d.Files[name] = slices.Concat(before, b)
	}
	return err
}

// Shred is store.Disk.
func (d *Disk) Shred(name string) error {
	b, ok := d.Files[name]
	if !ok {
		return nil
	}
	_, err := d.struck(nil)
	if err != nil && d.Fault != Short && d.Fault != Crash && d.Fault != Torn {
		return err
	}
	if err != nil { // struck after the overwriting of the first half
		d.Files[name] = slices.Clone(b)
		clear(d.Files[name][:len(b)/2])
		return err
	}
	delete(d.Files, name)
	return nil
}

// Remove is store.Disk.
func (d *Disk) Remove(name string) error {
	if _, ok := d.Files[name]; !ok {
		return nil
	}
	if _, err := d.struck(nil); err != nil {
		return err
	}
	delete(d.Files, name)
	return nil
}

// AES is store.Cipher by crypto/aes.
type AES struct{}

func gcm(key []byte) (cipher.AEAD, error) {
	b, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCM(b)
}

// Seal is store.Cipher.
func (AES) Seal(key, nonce, plain, aad []byte) ([]byte, error) {
	g, err := gcm(key)
	if err != nil {
		return nil, err
	}
	return g.Seal(nil, nonce, plain, aad), nil
}

// Open is store.Cipher.
func (AES) Open(key, nonce, sealed, aad []byte) ([]byte, error) {
	g, err := gcm(key)
	if err != nil {
		return nil, err
	}
	return g.Open(nil, nonce, sealed, aad)
}

// Outside is a store's platform over a disk.
func Outside(d store.Disk) store.Outside {
	return store.Outside{Disk: d, Cipher: AES{}, Random: func(b []byte) error { _, err := rand.Read(b); return err }}
}

package erasetest

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"regexp"
	"runtime"
)

const magic = "lethe-store/1\n"

// mostGenerations bounds the numbers that Plaintext tries; in JavaScript's engines, where AES has no instruction and stores in
// tests are young, lower.
var mostGenerations = map[bool]int{true: 64, false: 4096}[runtime.GOARCH == "wasm"]

// record is a line of a log: base64 of a nonce, what is sealed and a tag.
var record = regexp.MustCompile(`[A-Za-z0-9+/]{40,}={0,2}`)

// Plaintext is everything that can still be read out of raw bytes (a folder's files, a disk's
// image) with all keys that can still be found in them: the bytes themselves, and whatever any
// key opens. It goes by what is there, not by files' names.
func Plaintext(blobs [][]byte) []byte {
	var keys [][]byte
	each := func(visit func(at []byte)) {
		for _, b := range blobs {
			for rest := b; ; rest = rest[len(magic):] {
				at := bytes.Index(rest, []byte(magic))
				if at < 0 {
					break
				}
				rest = rest[at:]
				visit(rest)
			}
		}
	}
	each(func(at []byte) {
		const whole = len(magic) + 32 + 4
		if len(at) >= whole && binary.LittleEndian.Uint32(at[whole-4:]) == crc32.ChecksumIEEE(at[:whole-4]) {
			keys = append(keys, at[len(magic):whole-4])
		}
	})
	out := bytes.Join(blobs, nil)
	open := func(sealed []byte, kind string, at int) bool {
		for _, key := range keys {
			for n := 1; n <= mostGenerations; n++ {
				plain, err := AES{}.Open(key, sealed[:12], sealed[12:], fmt.Appendf(nil, "%s%s|%d|%d", magic, kind, n, at))
				if err == nil {
					out = append(out, plain...)
					return true
				}
				if n == 64 && kind == "log" && len(sealed) > 1<<16 {
					break // no record is as long
				}
			}
		}
		return false
	}
	each(func(at []byte) {
		rest := at[len(magic):]
		for k := 0; len(rest) > 4+28; k++ {
			n := int(binary.LittleEndian.Uint32(rest))
			if n < 28 || n > len(rest)-4 || !open(rest[4:4+n], "gen", k) {
				return
			}
			rest = rest[4+n:]
		}
	})
	for _, b := range blobs {
		for _, text := range record.FindAll(b, -1) {
			if sealed, err := base64.StdEncoding.DecodeString(string(text)); err == nil && len(sealed) > 28 && len(sealed) < 1<<16 {
				open(sealed, "log", 0)
			}
		}
	}
	return out
}

// Blobs are the disk's files as raw bytes.
func (d *Disk) Blobs() [][]byte {
	var all [][]byte
	for _, b := range d.Files {
		all = append(all, b)
	}
	return all
}

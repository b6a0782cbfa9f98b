//go:build !js

// Command join rewrites WebAssembly programs so that they weigh less on the wire. The Go
// linker leaves every run of eight zeros out of the initial memory, which cuts it into
// some 70,000 segments; each costs its place and length, which hardly compress, where the
// zeros cost nothing. Segments less than 64 bytes apart become one. The program stays what
// it was: memory is zero between segments.
//
//	join dist/site/engine.wasm
package main

import (
	"encoding/binary"
	"errors"
	"fmt"
	"os"
)

// gap is how many zeros between two segments are written out, in bytes.
const gap = 64

func main() {
	if len(os.Args) < 2 {
		fmt.Fprintln(os.Stderr, "usage: join FILE…")
		os.Exit(2)
	}
	for _, name := range os.Args[1:] {
		if err := rewrite(name); err != nil {
			fmt.Fprintf(os.Stderr, "join: %s: %v\n", name, err)
			os.Exit(1)
		}
	}
}

func rewrite(name string) error {
	b, err := os.ReadFile(name)
	if err != nil {
		return err
	}
	if b, err = join(b); err != nil {
		return err
	}
	return os.WriteFile(name, b, 0o755)
}

const (
	header = "\x00asm\x01\x00\x00\x00"

	dataSection = 11
	i32const    = 0x41
	end         = 0x0b
)

var errModule = errors.New("not a WebAssembly module as Go's linker writes it")

// segment is a part of the initial memory.
type segment struct {
	at   int64 // address
	data []byte
}

// join copies a module and joins the segments of its data section.
func join(module []byte) ([]byte, error) {
	r := reader{b: module}
	if string(r.take(uint64(len(header)))) != header {
		return nil, errModule
	}
	out := []byte(header)
	for len(r.b) > 0 && !r.bad {
		id := r.take(1)
		section := r.take(r.number())
		if r.bad {
			break
		}
		if id[0] == dataSection {
			list, err := segments(section)
			if err != nil {
				return nil, err
			}
			list = closeGaps(list)
			for _, s := range list {
				if found, err := dropLines(s.data); err != nil {
					return nil, err
				} else if found {
					break
				}
			}
			section = encode(list)
		}
		out = append(out, id...)
		out = binary.AppendUvarint(out, uint64(len(section)))
		out = append(out, section...)
	}
	if r.bad {
		return nil, errModule
	}
	return out, nil
}

// segments reads a data section.
func segments(section []byte) ([]segment, error) {
	r := reader{b: section}
	list := make([]segment, 0, 1<<16)
	for n := r.number(); n > 0 && !r.bad; n-- {
		if string(r.take(2)) != string([]byte{0, i32const}) { // in memory 0, at a constant
			return nil, errModule
		}
		at := r.signed()
		if string(r.take(1)) != string([]byte{end}) {
			return nil, errModule
		}
		list = append(list, segment{at, r.take(r.number())})
	}
	if r.bad || len(r.b) > 0 {
		return nil, errModule
	}
	return list, nil
}

// closeGaps joins neighbours with zeros between them. Segments out of order stay as they are.
func closeGaps(list []segment) []segment {
	var out []segment
	for _, s := range list {
		if k := len(out) - 1; k >= 0 {
			last := &out[k]
			if zeros := s.at - last.at - int64(len(last.data)); zeros >= 0 && zeros < gap {
				last.data = append(append(last.data, make([]byte, zeros)...), s.data...)
				continue
			}
		}
		out = append(out, segment{s.at, append([]byte(nil), s.data...)})
	}
	return out
}

// encode writes a data section.
func encode(list []segment) []byte {
	out := binary.AppendUvarint(nil, uint64(len(list)))
	for _, s := range list {
		out = append(out, 0, i32const)
		out = appendSigned(out, s.at)
		out = append(out, end)
		out = binary.AppendUvarint(out, uint64(len(s.data)))
		out = append(out, s.data...)
	}
	return out
}

// appendSigned writes the signed LEB128 of WebAssembly.
func appendSigned(b []byte, v int64) []byte {
	for v < -64 || v > 63 {
		b = append(b, byte(v)|0x80)
		v >>= 7
	}
	return append(b, byte(v)&0x7f)
}

// reader takes a module apart. What does not fit sets bad and reads as zeros or nothing.
type reader struct {
	b   []byte
	bad bool
}

func (r *reader) take(n uint64) []byte {
	if n > uint64(len(r.b)) {
		r.bad, r.b = true, nil
		return nil
	}
	x := r.b[:n]
	r.b = r.b[n:]
	return x
}

func (r *reader) number() uint64 {
	v, n := binary.Uvarint(r.b)
	r.take(uint64(max(n, 0)))
	r.bad = r.bad || n <= 0
	return v
}

func (r *reader) signed() int64 {
	var v int64
	for shift := 0; shift < 64; shift += 7 {
		x := r.take(1)
		if r.bad {
			return 0
		}
		v |= int64(x[0]&0x7f) << shift
		if x[0] < 0x80 {
			if x[0]&0x40 != 0 && shift < 57 {
				v |= -1 << (shift + 7)
			}
			return v
		}
	}
	r.bad = true
	return 0
}

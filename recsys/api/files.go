package api

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
)

// File is a file that a visitor dropped. Name may be a path with slashes.
type File struct {
	Name string
	Data []byte
}

// PackFiles makes one body of many files: the length of a header as four bytes,
// little-endian; the header, [{"name": …, "size": …}, …] in JSON; then the files'
// bytes in that order.
func PackFiles(files []File) []byte {
	entries := make([]packed, len(files))
	total := 0
	for k, f := range files {
		entries[k] = packed{f.Name, len(f.Data)}
		total += len(f.Data)
	}
	head, err := json.Marshal(entries)
	if err != nil {
		panic("api: names and sizes do not encode")
	}
	b := make([]byte, 0, 4+len(head)+total)
	b = binary.LittleEndian.AppendUint32(b, uint32(len(head)))
	b = append(b, head...)
	for _, f := range files {
		b = append(b, f.Data...)
	}
	return b
}

type packed struct {
	Name string `json:"name"`
	Size int    `json:"size"`
}

// UnpackFiles reads what PackFiles wrote. The files' data alias b.
func UnpackFiles(b []byte) ([]File, error) {
	if len(b) < 4 {
		return nil, errors.New("the packed files are cut short inside the header's length")
	}
	n := binary.LittleEndian.Uint32(b)
	if uint64(n) > uint64(len(b)-4) {
		return nil, fmt.Errorf("the packed files' header of %d bytes is cut short", n)
	}
	var entries []packed
	if err := json.Unmarshal(b[4:4+n], &entries); err != nil {
		return nil, fmt.Errorf("the packed files' header: %w", err)
	}
	rest := b[4+n:]
	files := make([]File, len(entries))
	for k, e := range entries {
		if e.Size < 0 || e.Size > len(rest) {
			return nil, fmt.Errorf("packed file %q of %d bytes is cut short", e.Name, e.Size)
		}
		files[k] = File{e.Name, rest[:e.Size:e.Size]}
		rest = rest[e.Size:]
	}
	if len(rest) > 0 {
		return nil, fmt.Errorf("%d bytes follow the last packed file", len(rest))
	}
	return files, nil
}

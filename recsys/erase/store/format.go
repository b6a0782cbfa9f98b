package store

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"io/fs"
	"strconv"
	"strings"
)

// Version is the version of the files' layout.
const Version = 1

// Endings of the files of a generation.
const (
	keys        = "key"
	generations = "gen"
	marker      = "ok"
	logs        = "log"
)

const (
	keySize   = 32
	nonceSize = 12
	tagSize   = 16
	// chunk is how many plain bytes are sealed at a time: a damaged byte is named to that
	// precision, and no more than this is copied at once.
	chunk = 1 << 22
	magic = "lethe-store/"
)

func file(n int, kind string) string { return fmt.Sprintf("%08d.%s", n, kind) }

// numberOf is the generation that a file is of.
func numberOf(name string) (int, bool) {
	number, kind, _ := strings.Cut(name, ".")
	switch kind {
	case keys, generations, marker, logs:
	default:
		return 0, false
	}
	n, err := strconv.Atoi(number)
	return n, err == nil && n > 0 && file(n, kind) == name
}

func markerText(n int) string { return fmt.Sprintf("%s%d %08d\n", magic, Version, n) }

// damaged is Damage as an error.
type damaged struct{ Damage }

func (d *damaged) Error() string { return d.String() }

// ErrNewer is what Open returns for files of a later version.
var ErrNewer = errors.New("a newer version of Lethe wrote this store: use that one, or reload the page")

// A key file is the magic line, the key and the CRC-32 of both.
func encodeKey(key []byte) []byte {
	b := append([]byte(head(Version)), key...)
	return binary.LittleEndian.AppendUint32(b, crc32.ChecksumIEEE(b))
}

func head(version int) string { return magic + strconv.Itoa(version) + "\n" }

// readKey reads a generation's key and which version its files are of.
func (s *Store) readKey(n int) (generation, error) {
	name := file(n, keys)
	g := generation{number: n}
	b, err := s.out.Disk.Read(name)
	if errors.Is(err, fs.ErrNotExist) {
		return g, &damaged{Damage{name, 0, -1, "the key is missing"}}
	}
	if err != nil {
		return g, err
	}
	line, rest, _ := bytes.Cut(b, []byte("\n"))
	text, ours := strings.CutPrefix(string(line), magic)
	g.version, err = strconv.Atoi(text)
	if !ours || err != nil || g.version < 1 || len(rest) < keySize+4 || binary.LittleEndian.Uint32(b[len(b)-4:]) != crc32.ChecksumIEEE(b[:len(b)-4]) {
		return g, &damaged{Damage{name, 0, int64(len(b)), "the key is torn or changed"}}
	}
	if g.version > Version {
		return g, fmt.Errorf("%s: %w", name, ErrNewer)
	}
	g.key = rest[:keySize]
	return g, nil
}

// header is the first sealed chunk of a generation.
type header struct {
	Parts []entry `json:"parts"`
}

type entry struct {
	Name string `json:"name"`
	Size int    `json:"size"`
}

// sealParts is a generation's file: the magic line, then chunks, each its length in four bytes,
// its nonce and what is sealed. The first holds the header; each part begins a new one. A
// chunk is bound to its generation and place.
func (s *Store) sealParts(g generation, parts []Part) ([]byte, error) {
	var h header
	size := len(head(g.version))
	for _, p := range parts {
		h.Parts = append(h.Parts, entry{p.Name, len(p.Data)})
		size += len(p.Data) + (len(p.Data)/chunk+2)*(4+nonceSize+tagSize)
	}
	first, err := json.Marshal(h)
	if err != nil {
		return nil, err
	}
	b := append(make([]byte, 0, size+len(first)+64), head(g.version)...)
	at := 0
	seal := func(plain []byte) error {
		nonce := make([]byte, nonceSize)
		if err := s.out.Random(nonce); err != nil {
			return err
		}
		sealed, err := s.out.Cipher.Seal(g.key, nonce, plain, bound(g, generations, at))
		if err != nil {
			return err
		}
		at++
		b = binary.LittleEndian.AppendUint32(b, uint32(nonceSize+len(sealed)))
		b = append(append(b, nonce...), sealed...)
		return nil
	}
	if err := seal(first); err != nil {
		return nil, err
	}
	for _, p := range parts {
		for rest := p.Data; len(rest) > 0; {
			n := min(len(rest), chunk)
			if err := seal(rest[:n]); err != nil {
				return nil, err
			}
			rest = rest[n:]
		}
	}
	return b, nil
}

// bound is what a chunk is authenticated with beside its bytes: where it belongs.
func bound(g generation, kind string, at int) []byte {
	return fmt.Appendf(nil, "%s%s|%d|%d", head(g.version), kind, g.number, at)
}

// readParts opens a generation's file. Damage is named by the chunk it is in.
func (s *Store) readParts(g generation) ([]Part, error) {
	name := file(g.number, generations)
	b, err := s.out.Disk.Read(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, &damaged{Damage{name, 0, -1, "the file is missing"}}
	}
	if err != nil {
		return nil, err
	}
	rest, found := bytes.CutPrefix(b, []byte(head(g.version)))
	if !found {
		return nil, &damaged{Damage{name, 0, int64(min(len(b), len(head(g.version)))), "this is not the beginning of a generation"}}
	}
	r := &reader{s: s, g: g, name: name, size: int64(len(b)), rest: rest}
	plain, err := r.next("its table of contents")
	if err != nil {
		return nil, err
	}
	var h header
	if err := json.Unmarshal(plain, &h); err != nil {
		return nil, r.bad(0, r.size, "the table of contents is not readable")
	}
	parts := make([]Part, len(h.Parts))
	for k, e := range h.Parts {
		if e.Size < 0 || e.Size > len(r.rest) {
			return nil, r.bad(r.size-int64(len(r.rest)), int64(len(r.rest)), fmt.Sprintf("the file is cut short in part %q", e.Name))
		}
		data := make([]byte, 0, e.Size)
		for len(data) < e.Size {
			plain, err := r.next(fmt.Sprintf("part %q", e.Name))
			if err != nil {
				return nil, err
			}
			if len(plain) == 0 || len(plain) > e.Size-len(data) {
				return nil, r.bad(0, r.size, fmt.Sprintf("part %q is not as long as the table of contents says", e.Name))
			}
			data = append(data, plain...)
		}
		parts[k] = Part{e.Name, data}
	}
	if len(r.rest) > 0 {
		return nil, r.bad(r.size-int64(len(r.rest)), int64(len(r.rest)), "bytes follow the last part")
	}
	return parts, nil
}

// reader goes through the chunks of a generation's file.
type reader struct {
	s    *Store
	g    generation
	name string
	size int64
	rest []byte
	at   int
}

func (r *reader) bad(offset, length int64, problem string) error {
	return &damaged{Damage{r.name, offset, length, problem}}
}

func (r *reader) next(what string) ([]byte, error) {
	offset := r.size - int64(len(r.rest))
	if len(r.rest) < 4 {
		return nil, r.bad(offset, int64(len(r.rest)), "the file is cut short in "+what)
	}
	n := int64(binary.LittleEndian.Uint32(r.rest))
	if n > int64(len(r.rest)-4) || n < nonceSize+tagSize || n > chunk+nonceSize+tagSize {
		return nil, r.bad(offset, int64(len(r.rest)), "the file is cut short or changed in "+what)
	}
	block := r.rest[4 : 4+n]
	r.rest = r.rest[4+n:]
	plain, err := r.s.out.Cipher.Open(r.g.key, block[:nonceSize], block[nonceSize:], bound(r.g, generations, r.at))
	if err != nil {
		return nil, r.bad(offset, 4+n, what+" is torn or changed")
	}
	r.at++
	return plain, nil
}

// sealRecord is a record as a line of base64 between line ends, so that what a torn one
// left does not reach into the next.
func (s *Store) sealRecord(g generation, record []byte) ([]byte, error) {
	nonce := make([]byte, nonceSize)
	if err := s.out.Random(nonce); err != nil {
		return nil, err
	}
	sealed, err := s.out.Cipher.Seal(g.key, nonce, record, bound(g, logs, 0))
	if err != nil {
		return nil, err
	}
	text := base64.StdEncoding.EncodeToString(append(nonce, sealed...))
	return []byte("\n" + text + "\n"), nil
}

// readLogs collects the records of all live generations, each once. An older generation's
// log also holds records from before the newest's switch: what they asked for is in its parts
// already, so whoever reads records knows each by an identifier and takes it once.
func (s *Store) readLogs() {
	seen := map[string]bool{}
	for _, g := range s.live {
		name := file(g.number, logs)
		b, err := s.out.Disk.Read(name)
		if err != nil {
			if !errors.Is(err, fs.ErrNotExist) {
				s.damage = append(s.damage, Damage{name, 0, -1, err.Error()})
			}
			continue
		}
		offset := int64(0)
		for line := range bytes.SplitSeq(b, []byte("\n")) {
			if len(line) > 0 {
				record, err := s.openRecord(g, line)
				if err != nil {
					s.damage = append(s.damage, Damage{name, offset, int64(len(line)), "a record is torn or changed"})
				} else if !seen[string(record)] {
					seen[string(record)] = true
					s.records = append(s.records, record)
				}
			}
			offset += int64(len(line)) + 1
		}
	}
}

func (s *Store) openRecord(g generation, line []byte) ([]byte, error) {
	b, err := base64.StdEncoding.DecodeString(string(line))
	if err != nil || len(b) < nonceSize+tagSize {
		return nil, errors.New("not a record")
	}
	return s.out.Cipher.Open(g.key, b[:nonceSize], b[nonceSize:], bound(g, logs, 0))
}

// samePlaces tells whether two lists hold the same parts.
func samePlaces(a, b []Part) bool {
	if len(a) != len(b) {
		return false
	}
	for k := range a {
		if a[k].Name != b[k].Name || !bytes.Equal(a[k].Data, b[k].Data) {
			return false
		}
	}
	return true
}

package files

import (
	"bytes"
	"compress/flate"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"io"
	"math"
	"path"
	"strings"

	"lethe/recsys/api"
)

// Zips are read and written here and not by archive/zip, whose start keeps its
// compressor in every program that only reads (RATIONALE.md). A zip is, with a
// signature before each record and all numbers little-endian,
//
//	local record, name, content   of every file
//	directory record, name        of every file
//	end record                    where the directory is
//
// Numbers that do not fit stand in ZIP64 records. (PKWARE, APPNOTE.TXT 6.3.10)
const (
	localSig, localLen         = "PK\x03\x04", 30
	directorySig, directoryLen = "PK\x01\x02", 46
	endSig, endLen             = "PK\x05\x06", 22
	end64Sig, end64Len         = "PK\x06\x06", 56
	locatorSig, locatorLen     = "PK\x06\x07", 20
)

const (
	stored   = 0
	deflated = 8

	maxRatio = 1032 // the best of deflate, 258 bytes from two bits
)

var (
	errZip     = errors.New("this is not a complete zip file")
	errTooMuch = errors.New("this is too much for a zip")
	errMethod  = errors.New("the compression is not deflate")
	errContent = errors.New("the content is not what the zip's directory says")
)

// Zipped is a file in a zip, or a folder, where the name ends with a slash.
type Zipped struct {
	Name   string // as it stands in the zip
	Size   uint64 // of the content in bytes, as the zip claims
	method uint16
	sum    uint32 // CRC-32 of the content; some writers leave 0
	packed []byte
}

var le = binary.LittleEndian

// record is what stands at b[at:], if that is a whole record of a kind, or nil.
func record(b []byte, at uint64, sig string, length uint64) []byte {
	if n := uint64(len(b)); at > n || n-at < length || string(b[at:at+4]) != sig {
		return nil
	}
	return b[at : at+length]
}

// ReadZip lists what is in a zip, in the order of its directory. It stops after most
// files and one more.
func ReadZip(b []byte, most int) ([]Zipped, error) {
	at := len(b) - endLen
	var end []byte
	for lowest := max(0, at-math.MaxUint16); end == nil; at-- { // a comment may follow
		if at < lowest {
			return nil, errZip
		}
		if r := record(b, uint64(at), endSig, endLen); r != nil && int(le.Uint16(r[20:])) <= len(b)-at-endLen {
			end, b = r, b[:at]
		}
	}
	count, size, start := le.Uint16(end[10:]), uint64(le.Uint32(end[12:])), uint64(le.Uint32(end[16:]))
	if r := record(b, uint64(len(b)-locatorLen), locatorSig, locatorLen); r != nil {
		at := le.Uint64(r[8:])
		if r = record(b, at, end64Sig, end64Len); r == nil {
			return nil, errZip
		}
		b = b[:at]
		count, size, start = uint16(le.Uint64(r[32:])), le.Uint64(r[40:]), le.Uint64(r[48:])
	}
	n := uint64(len(b))
	if size > n || start > n-size {
		return nil, errZip
	}
	if record(b, start, directorySig, directoryLen) == nil {
		b = b[n-size-start:] // a program before the zip: places count from the zip's own start
	}
	var list []Zipped
	for len(list) <= most {
		r := record(b, start, directorySig, directoryLen)
		if r == nil {
			break
		}
		z, next, ok := readEntry(b, start, r)
		if !ok {
			return nil, errZip
		}
		list, start = append(list, z), next
	}
	if len(list) <= most && uint16(len(list)) != count {
		return nil, errZip
	}
	return list, nil
}

// readEntry reads the file of the directory record r at b[at:] and tells where the
// next record is.
func readEntry(b []byte, at uint64, r []byte) (z Zipped, next uint64, ok bool) {
	name, extra, comment := uint64(le.Uint16(r[28:])), uint64(le.Uint16(r[30:])), uint64(le.Uint16(r[32:]))
	at += directoryLen
	next = at + name + extra + comment
	if next > uint64(len(b)) {
		return z, next, false
	}
	size, packed, start := uint64(le.Uint32(r[24:])), uint64(le.Uint32(r[20:])), uint64(le.Uint32(r[42:]))
	long := zip64(b[at+name : at+name+extra])
	for _, x := range []*uint64{&size, &packed, &start} {
		if *x == math.MaxUint32 && len(long) >= 8 {
			*x, long = le.Uint64(long), long[8:]
		}
	}
	local := record(b, start, localSig, localLen)
	if local == nil {
		return z, next, false
	}
	start += localLen + uint64(le.Uint16(local[26:])) + uint64(le.Uint16(local[28:]))
	if n := uint64(len(b)); start > n || packed > n-start {
		return z, next, false
	}
	return Zipped{string(b[at : at+name]), size, le.Uint16(r[10:]), le.Uint32(r[16:]), b[start : start+packed]}, next, true
}

// zip64 finds the ZIP64 numbers among the extra fields of a directory record.
func zip64(extra []byte) []byte {
	for len(extra) >= 4 {
		id, n := le.Uint16(extra), int(le.Uint16(extra[2:]))
		extra = extra[4:]
		if n > len(extra) {
			return nil
		}
		if id == 1 {
			return extra[:n]
		}
		extra = extra[n:]
	}
	return nil
}

// Content unpacks a file. What the zip claims of its size is checked before the memory
// is taken.
func (z Zipped) Content() ([]byte, error) {
	if z.Size > maxRatio*uint64(len(z.packed)) {
		return nil, errContent
	}
	var r io.Reader = bytes.NewReader(z.packed)
	switch z.method {
	case stored:
	case deflated:
		r = flate.NewReader(r)
	default:
		return nil, errMethod
	}
	b := make([]byte, z.Size)
	if _, err := io.ReadFull(r, b); err != nil {
		return nil, err
	}
	if n, err := io.ReadFull(r, make([]byte, 1)); n > 0 || err != io.EOF || z.sum != 0 && z.sum != crc32.ChecksumIEEE(b) {
		return nil, errContent
	}
	return b, nil
}

// AddZipped adds a file or folder of a zip, which is unpacked whenever it is opened.
// Names that lead out of the zip are taken from its top.
func (m Memory) AddZipped(z Zipped) error {
	name := strings.TrimPrefix(path.Clean(strings.ReplaceAll(strings.ToValidUTF8(z.Name, "\ufffd"), `\`, "/")), "/")
	for strings.HasPrefix(name, "../") {
		name = name[len("../"):]
	}
	if name == "" || name == "." {
		return nil
	}
	if strings.HasSuffix(z.Name, "/") {
		return m.add(name, &entry{})
	}
	return m.add(name, &entry{size: int64(z.Size), content: z.Content})
}

// WriteZip packs files into a zip, without times: equal files in equal order give equal
// bytes. 65,535 files and 2 GiB are the most.
func WriteZip(w io.Writer, list []api.File) error {
	return writeZip(w, list, deflated, func(b []byte) ([]byte, error) {
		var packed bytes.Buffer
		z, err := flate.NewWriter(&packed, flate.BestCompression)
		if err == nil {
			_, err = z.Write(b)
		}
		if err == nil {
			err = z.Close()
		}
		return packed.Bytes(), err
	})
}

// StoreZip is WriteZip without compression: weights hardly shrink, and a program that only
// stores does without the compressor.
func StoreZip(w io.Writer, list []api.File) error {
	return writeZip(w, list, stored, func(b []byte) ([]byte, error) { return b, nil })
}

func writeZip(w io.Writer, list []api.File, method uint16, pack func([]byte) ([]byte, error)) error {
	var body, directory bytes.Buffer
	for _, f := range list {
		packed, err := pack(f.Data)
		if err != nil {
			return err
		}
		if len(list) > math.MaxUint16 || len(f.Name) > math.MaxUint16 || max(len(f.Data), body.Len()+len(packed)+directory.Len()) > math.MaxInt32 {
			return errTooMuch
		}
		const version, utf8 = 20, 1 << 11
		both := le.AppendUint16(nil, version)
		both = le.AppendUint16(both, utf8)
		both = le.AppendUint16(both, method)
		both = append(both, 0, 0, 0, 0) // time
		both = le.AppendUint32(both, crc32.ChecksumIEEE(f.Data))
		both = le.AppendUint32(both, uint32(len(packed)))
		both = le.AppendUint32(both, uint32(len(f.Data)))
		both = le.AppendUint16(both, uint16(len(f.Name)))
		both = append(both, 0, 0) // extra fields

		directory.WriteString(directorySig + "\x14\x00")
		directory.Write(both)
		directory.Write(le.AppendUint32(make([]byte, 10), uint32(body.Len()))) // comment, disk, attributes; place
		directory.WriteString(f.Name)

		body.WriteString(localSig)
		body.Write(both)
		body.WriteString(f.Name)
		body.Write(packed)
	}
	end := append([]byte(endSig), 0, 0, 0, 0)
	end = le.AppendUint16(end, uint16(len(list)))
	end = le.AppendUint16(end, uint16(len(list)))
	end = le.AppendUint32(end, uint32(directory.Len()))
	end = le.AppendUint32(end, uint32(body.Len()))
	end = append(end, 0, 0) // comment
	for _, part := range [][]byte{body.Bytes(), directory.Bytes(), end} {
		if _, err := w.Write(part); err != nil {
			return err
		}
	}
	return nil
}

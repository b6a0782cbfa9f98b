package store

import (
	"bytes"
	"encoding/binary"
	"errors"
	"hash/crc32"
)

// Rewritten is a key file as another version would write it.
func Rewritten(b []byte, version int) ([]byte, error) {
	rest, found := bytes.CutPrefix(b, []byte(head(Version)))
	if !found {
		return nil, errors.New("no key file")
	}
	b = append([]byte(head(version)), rest[:keySize]...)
	return binary.LittleEndian.AppendUint32(b, crc32.ChecksumIEEE(b)), nil
}

package data

import (
	"encoding/binary"
	"encoding/hex"
	"hash"
	"math"

	"lethe/recsys/digest"
)

// SHA256 is the hash, in hex, of what a model can learn from: identifiers,
// interactions of every split, features and neighbour lists, each with its length
// before it, in their order. Name and catalogue do not count.
func (d *Dataset) SHA256() string {
	w := hasher{Hash: digest.New()}
	w.string("lethe data 1")
	w.strings(d.UserIDs)
	w.strings(d.ItemIDs)
	for _, x := range []*Interactions{d.Train, d.Valid, d.Test} {
		w.int32s(x.Ptr)
		w.int32s(x.Item)
	}
	w.number(uint64(len(d.Modalities)))
	for _, m := range d.Modalities {
		w.string(m.Name)
		w.number(uint64(m.Rows.Cols))
		w.floats(m.Rows.Data)
		w.number(uint64(len(m.Has)))
		for _, has := range m.Has {
			if has {
				w.number(1)
			} else {
				w.number(0)
			}
		}
		if n := m.Neighbors; n != nil {
			w.number(uint64(n.K))
			w.int32s(n.ItemID)
			w.floats(n.Cos)
		}
	}
	return hex.EncodeToString(w.Sum(nil))
}

// hasher feeds a hash with little-endian numbers through one buffer.
type hasher struct {
	hash.Hash
	buf [4096]byte
}

func (w *hasher) number(n uint64) {
	binary.LittleEndian.PutUint64(w.buf[:], n)
	w.Write(w.buf[:8])
}

func (w *hasher) string(s string) {
	w.number(uint64(len(s)))
	for len(s) > 0 {
		n := copy(w.buf[:], s)
		w.Write(w.buf[:n])
		s = s[n:]
	}
}

func (w *hasher) strings(list []string) {
	w.number(uint64(len(list)))
	for _, s := range list {
		w.string(s)
	}
}

func (w *hasher) int32s(v []int32) {
	w.number(uint64(len(v)))
	for len(v) > 0 {
		n := min(len(v), len(w.buf)/4)
		for k, x := range v[:n] {
			binary.LittleEndian.PutUint32(w.buf[4*k:], uint32(x))
		}
		w.Write(w.buf[:4*n])
		v = v[n:]
	}
}

func (w *hasher) floats(v []float32) {
	w.number(uint64(len(v)))
	for len(v) > 0 {
		n := min(len(v), len(w.buf)/4)
		for k, x := range v[:n] {
			binary.LittleEndian.PutUint32(w.buf[4*k:], math.Float32bits(x))
		}
		w.Write(w.buf[:4*n])
		v = v[n:]
	}
}

// Package dense holds float32 matrices on the host, and Params: all weights of
// a model in one slice with named views.
package dense

import (
	"encoding/binary"
	"encoding/hex"
	"math"

	"lethe/recsys/digest"
)

// Matrix is a row-major rows×cols matrix. Row r is Data[r*Cols:(r+1)*Cols].
type Matrix struct {
	Rows, Cols int
	Data       []float32
}

// New returns a zero matrix.
func New(rows, cols int) Matrix {
	return Matrix{rows, cols, make([]float32, rows*cols)}
}

// Row returns row r; writing to it writes to the matrix.
func (m Matrix) Row(r int) []float32 { return m.Data[r*m.Cols : (r+1)*m.Cols : (r+1)*m.Cols] }

// Clone returns a copy that shares nothing.
func (m Matrix) Clone() Matrix {
	return Matrix{m.Rows, m.Cols, append([]float32(nil), m.Data...)}
}

// Spec names one view of Params and gives its shape.
type Spec struct {
	Name       string
	Rows, Cols int
}

// align is the number of float32 to which every view of Params is aligned:
// 256 bytes, the offset alignment of a WebGPU storage binding.
const align = 64

// Params is θ: every weight of a model in one slice, so that optimiser,
// checkpoint, hash, distance, Fisher information and influence are each one
// loop. Views are aligned to 256 bytes; the padding between them stays zero.
type Params struct {
	Theta []float32
	specs []Spec
	off   []int
}

// NewParams returns zero weights with the given views, in that order.
func NewParams(specs ...Spec) *Params {
	p := &Params{specs: append([]Spec(nil), specs...), off: make([]int, len(specs))}
	n := 0
	for i, s := range specs {
		if s.Rows < 0 || s.Cols < 0 {
			panic("dense: negative dimension")
		}
		for _, t := range specs[:i] {
			if t.Name == s.Name {
				panic("dense: two views of one name")
			}
		}
		p.off[i] = n
		n += (s.Rows*s.Cols + align - 1) / align * align
	}
	p.Theta = make([]float32, n)
	return p
}

// Specs returns names and shapes in storage order.
func (p *Params) Specs() []Spec { return p.specs }

// Offset returns where a view starts in Theta, or -1 if there is none of that name.
func (p *Params) Offset(name string) int {
	for i, s := range p.specs {
		if s.Name == name {
			return p.off[i]
		}
	}
	return -1
}

// View returns a named matrix inside Theta. It panics on an unknown name.
func (p *Params) View(name string) Matrix {
	for i, s := range p.specs {
		if s.Name == name {
			n := s.Rows * s.Cols
			return Matrix{s.Rows, s.Cols, p.Theta[p.off[i] : p.off[i]+n : p.off[i]+n]}
		}
	}
	panic("dense: no view named " + name)
}

// Clone returns a copy that shares nothing but the specs.
func (p *Params) Clone() *Params {
	return &Params{append([]float32(nil), p.Theta...), p.specs, p.off}
}

// SHA256 is the hash, in hex, of the weights without padding: each view's
// little-endian float32 in storage order.
func (p *Params) SHA256() string {
	h := digest.New()
	var buf [4096]byte
	for i, s := range p.specs {
		v := p.Theta[p.off[i] : p.off[i]+s.Rows*s.Cols]
		for len(v) > 0 {
			n := min(len(v), len(buf)/4)
			for k, x := range v[:n] {
				binary.LittleEndian.PutUint32(buf[4*k:], math.Float32bits(x))
			}
			h.Write(buf[:4*n])
			v = v[n:]
		}
	}
	return hex.EncodeToString(h.Sum(nil))
}

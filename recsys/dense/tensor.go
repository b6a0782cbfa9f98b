package dense

import (
	"encoding/binary"
	"fmt"
	"math"
	"math/bits"
	"slices"
)

// Tensor is one named array. Data is little-endian and row-major; its length is
// the product of Shape times the size of an element. An empty Shape is a scalar.
type Tensor struct {
	Name, DType string
	Shape       []int
	Data        []byte
}

// dtypes lists the element types with their sizes in bytes; its order is the
// rank by which the reference implementation sorts.
var dtypes = []struct {
	name string
	size int
}{
	{"BOOL", 1}, {"U8", 1}, {"I8", 1}, {"F8_E5M2", 1}, {"F8_E4M3", 1}, {"I16", 2}, {"U16", 2},
	{"F16", 2}, {"BF16", 2}, {"I32", 4}, {"U32", 4}, {"F32", 4}, {"F64", 8}, {"I64", 8}, {"U64", 8},
}

// F32 is a tensor of float32. It panics if shape and data disagree.
func F32(name string, shape []int, data []float32) Tensor {
	t := Tensor{name, "F32", slices.Clone(shape), make([]byte, 4*len(data))}
	for k, x := range data {
		binary.LittleEndian.PutUint32(t.Data[4*k:], math.Float32bits(x))
	}
	return t.mustFit()
}

// I32 is a tensor of int32. It panics if shape and data disagree.
func I32(name string, shape []int, data []int32) Tensor {
	t := Tensor{name, "I32", slices.Clone(shape), make([]byte, 4*len(data))}
	for k, x := range data {
		binary.LittleEndian.PutUint32(t.Data[4*k:], uint32(x))
	}
	return t.mustFit()
}

func (t Tensor) mustFit() Tensor {
	if n, err := t.size(); err != nil || n != len(t.Data) {
		panic("dense: tensor's shape does not fit its data")
	}
	return t
}

// Float32s copies the elements of a tensor of dtype F32. NaN and Inf pass.
func (t Tensor) Float32s() ([]float32, error) {
	if err := t.check("F32"); err != nil {
		return nil, err
	}
	v := make([]float32, len(t.Data)/4)
	for k := range v {
		v[k] = math.Float32frombits(binary.LittleEndian.Uint32(t.Data[4*k:]))
	}
	return v, nil
}

// Int32s copies the elements of a tensor of dtype I32.
func (t Tensor) Int32s() ([]int32, error) {
	if err := t.check("I32"); err != nil {
		return nil, err
	}
	v := make([]int32, len(t.Data)/4)
	for k := range v {
		v[k] = int32(binary.LittleEndian.Uint32(t.Data[4*k:]))
	}
	return v, nil
}

func (t Tensor) check(dtype string) error {
	if t.DType != dtype {
		return fmt.Errorf("tensor %q has dtype %s, want %s", t.Name, t.DType, dtype)
	}
	n, err := t.size()
	if err != nil {
		return err
	}
	if n != len(t.Data) {
		return fmt.Errorf("tensor %q of shape %v has %d bytes, want %d", t.Name, t.Shape, len(t.Data), n)
	}
	return nil
}

// size is the number of bytes that dtype and shape ask for.
func (t Tensor) size() (int, error) {
	r := rank(t.DType)
	if r < 0 {
		return 0, fmt.Errorf("tensor %q has unknown dtype %q", t.Name, t.DType)
	}
	n, empty := uint64(dtypes[r].size), false
	for _, d := range t.Shape {
		if d < 0 {
			return 0, fmt.Errorf("tensor %q has negative dimension %d", t.Name, d)
		}
		if d == 0 {
			empty = true // but go on: the other dimensions are checked too
			continue
		}
		hi, lo := bits.Mul64(n, uint64(d))
		if hi != 0 || lo > math.MaxInt {
			return 0, fmt.Errorf("tensor %q has shape %v, too large for this machine", t.Name, t.Shape)
		}
		n = lo
	}
	if empty {
		n = 0
	}
	return int(n), nil
}

func rank(dtype string) int {
	for r, d := range dtypes {
		if d.name == dtype {
			return r
		}
	}
	return -1
}

// Tensors returns a copy of every view as an F32 tensor of shape [Rows, Cols], in storage order.
func (p *Params) Tensors() []Tensor {
	ts := make([]Tensor, len(p.specs))
	for i, s := range p.specs {
		ts[i] = F32(s.Name, []int{s.Rows, s.Cols}, p.View(s.Name).Data)
	}
	return ts
}

// ParamsFromTensors returns weights with the given views, filled from ts, which
// holds exactly one F32 tensor of shape [Rows, Cols] per view and no others.
func ParamsFromTensors(specs []Spec, ts []Tensor) (*Params, error) {
	if len(ts) != len(specs) {
		return nil, fmt.Errorf("%d tensors for %d weight matrices", len(ts), len(specs))
	}
	p := NewParams(specs...)
	for _, s := range specs {
		i := slices.IndexFunc(ts, func(t Tensor) bool { return t.Name == s.Name })
		if i < 0 {
			return nil, fmt.Errorf("no tensor named %q", s.Name)
		}
		if !slices.Equal(ts[i].Shape, []int{s.Rows, s.Cols}) {
			return nil, fmt.Errorf("tensor %q has shape %v, want [%d %d]", s.Name, ts[i].Shape, s.Rows, s.Cols)
		}
		v, err := ts[i].Float32s()
		if err != nil {
			return nil, err
		}
		copy(p.View(s.Name).Data, v)
	}
	return p, nil
}

package data

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math"
	"math/bits"
	"slices"
	"strconv"
	"strings"

	"lethe/recsys/dense"
	"lethe/recsys/files"
)

// array is a numpy array as it lies in its file.
type array struct {
	file    string
	dtype   string // as numpy writes it: <f4
	fortran bool   // column-major
	shape   []int
	data    []byte // exactly the elements
}

const (
	npyMagic = "\x93NUMPY"

	maxFile   = 1<<31 - 1 // bytes of one file after decompression; 2 GiB is half of a wasm memory
	maxArrays = 64        // arrays in one npz
)

// parseNpy reads an .npy file. Nothing is allocated for what the header claims
// before the file is known to hold it.
func parseNpy(file string, b []byte) (array, error) {
	if len(b) < 10 || !bytes.Equal(b[:6], []byte(npyMagic)) {
		return array{}, &Error{File: file, Problem: "this is not an .npy file", Remedy: "write it with numpy.save"}
	}
	start, n := 10, int(binary.LittleEndian.Uint16(b[8:]))
	if b[6] == 2 && len(b) >= 12 {
		start, n = 12, int(binary.LittleEndian.Uint32(b[8:])&math.MaxInt32)
	} else if b[6] != 1 {
		return array{}, &Error{File: file, Value: fmt.Sprintf("%d.%d", b[6], b[7]), Problem: "version of the .npy format is not 1 or 2",
			Remedy: "save a plain array of float32"}
	}
	if n > len(b)-start {
		return array{}, &Error{File: file, Problem: "the file is cut short inside its header", Remedy: "fetch it again"}
	}
	dict := b[start : start+n]
	if bytes.Contains(dict, []byte("'|O'")) {
		return array{}, &Error{File: file, Value: "|O", Problem: "the array holds Python objects, which are not read because they may run code",
			Remedy: "save it as float32"}
	}
	a, ok := npyDict(string(dict))
	if !ok {
		return array{}, &Error{File: file, Value: strings.TrimSpace(string(dict)), Problem: "the header does not describe an array of plain numbers",
			Remedy: "save a plain array of float32"}
	}
	a.file, a.data = file, b[start+n:]
	return a, a.checkSize()
}

// npyDict reads the only form of header that numpy writes for arrays of plain numbers,
//
//	{'descr': '<f4', 'fortran_order': False, 'shape': (3, 2), }
//
// where the shape of no dimension is () and of one (3,), and blanks and a newline follow.
func npyDict(s string) (a array, ok bool) {
	s, braced := strings.CutPrefix(s, "{'descr': '")
	dtype, s, typed := strings.Cut(s, "', 'fortran_order': ")
	order, s, ordered := strings.Cut(s, ", 'shape': (")
	shape, s, shaped := strings.Cut(s, "), }")
	if !braced || !typed || !ordered || !shaped || strings.Contains(dtype, "'") || order != "True" && order != "False" || strings.TrimLeft(s, " ") != "\n" {
		return a, false
	}
	a.dtype, a.fortran = dtype, order == "True"
	if shape == "" {
		return a, true
	}
	shape, comma := strings.CutSuffix(shape, ",")
	for length := range strings.SplitSeq(shape, ", ") {
		n, err := strconv.ParseUint(length, 10, 63)
		if err != nil {
			return a, false
		}
		a.shape = append(a.shape, int(n))
	}
	return a, comma == (len(a.shape) == 1)
}

// checkSize compares the payload with what dtype and shape ask for.
func (a array) checkSize() error {
	size := 0
	if len(a.dtype) == 3 && strings.Contains("<|", a.dtype[:1]) && strings.Contains("fiub", a.dtype[1:2]) {
		size = int(a.dtype[2] - '0')
	}
	if !slices.Contains([]int{1, 2, 4, 8}, size) {
		return a.badType("float16, float32 or float64")
	}
	want := uint64(size)
	for _, d := range a.shape {
		hi, lo := bits.Mul64(want, uint64(d))
		if hi != 0 {
			lo = math.MaxUint64
		}
		if want = lo; want > maxFile {
			break
		}
	}
	switch {
	case want > maxFile:
		return &Error{File: a.file, Value: fmt.Sprint(a.shape), Problem: "the shape in the header is too large to load",
			Remedy: "reduce the features, for example to 128 columns of float16"}
	case uint64(len(a.data)) < want:
		return &Error{File: a.file, Value: fmt.Sprint(a.shape),
			Problem: fmt.Sprintf("the file is cut short: its header asks for %d bytes and %d follow", want, len(a.data)), Remedy: "fetch it again"}
	case uint64(len(a.data)) > want:
		return &Error{File: a.file, Value: fmt.Sprint(a.shape),
			Problem: fmt.Sprintf("%d bytes follow the array", uint64(len(a.data))-want), Remedy: "save one array per .npy file"}
	}
	return nil
}

func (a array) badType(want string) error {
	return &Error{File: a.file, Value: a.dtype, Problem: "the array's dtype is not " + want,
		Remedy: "convert it with astype and save again"}
}

// matrix decodes a two-dimensional array of f2, f4 or f8 into float32. NaN and
// Inf are errors, and so are float64 beyond float32's range.
func (a array) matrix() (dense.Matrix, error) {
	if len(a.shape) != 2 || a.shape[0] == 0 || a.shape[1] == 0 {
		return dense.Matrix{}, &Error{File: a.file, Value: fmt.Sprint(a.shape), Problem: "the shape is not items × features",
			Remedy: "save a two-dimensional array"}
	}
	le := binary.LittleEndian
	var at func(k int) float32
	switch a.dtype {
	case "<f2":
		at = func(k int) float32 { return fromHalf(le.Uint16(a.data[2*k:])) }
	case "<f4":
		at = func(k int) float32 { return math.Float32frombits(le.Uint32(a.data[4*k:])) }
	case "<f8":
		at = func(k int) float32 { return float32(math.Float64frombits(le.Uint64(a.data[8*k:]))) }
	default:
		return dense.Matrix{}, a.badType("float16, float32 or float64")
	}
	m := dense.New(a.shape[0], a.shape[1])
	for r := range m.Rows {
		row := m.Row(r)
		for c := range row {
			k := r*m.Cols + c
			if a.fortran {
				k = c*m.Rows + r
			}
			if row[c] = at(k); row[c]-row[c] != 0 { // NaN or Inf
				return dense.Matrix{}, &Error{File: a.file, Value: strconv.FormatFloat(float64(row[c]), 'g', -1, 32),
					Problem: fmt.Sprintf("row %d, column %d (from 0) is not a finite number", r, c),
					Remedy:  "replace missing features before saving, or leave the item out with a NAME_has.npy mask"}
			}
		}
	}
	return m, nil
}

// indices decodes a two-dimensional array of i4 or i8, row-major.
func (a array) indices() ([]int32, error) {
	if len(a.shape) != 2 || a.shape[0] == 0 || a.shape[1] == 0 || a.fortran {
		return nil, &Error{File: a.file, Value: fmt.Sprint(a.shape), Problem: "the neighbour lists are not items × K in C order",
			Remedy: "save numpy.ascontiguousarray of a two-dimensional array"}
	}
	switch a.dtype {
	case "<i4":
		v := make([]int32, len(a.data)/4)
		for k := range v {
			v[k] = int32(binary.LittleEndian.Uint32(a.data[4*k:]))
		}
		return v, nil
	case "<i8":
		v := make([]int32, len(a.data)/8)
		for k := range v {
			x := int64(binary.LittleEndian.Uint64(a.data[8*k:]))
			if v[k] = int32(x); int64(v[k]) != x {
				return nil, &Error{File: a.file, Value: strconv.FormatInt(x, 10), Problem: "the item number is too big"}
			}
		}
		return v, nil
	}
	return nil, a.badType("int32 or int64")
}

// mask decodes a one-dimensional array of booleans.
func (a array) mask() ([]bool, error) {
	if a.dtype != "|b1" && a.dtype != "|u1" || len(a.shape) != 1 {
		return nil, a.badType("bool of one dimension")
	}
	v := make([]bool, len(a.data))
	for k, x := range a.data {
		v[k] = x != 0
	}
	return v, nil
}

// parseNpz reads all arrays of an .npz file, by name without ".npy".
func parseNpz(file string, b []byte) (map[string]array, error) {
	list, err := files.ReadZip(b, maxArrays)
	if err != nil {
		return nil, &Error{File: file, Problem: "this is not a complete .npz file", Remedy: "write it with numpy.savez, or fetch it again"}
	}
	if len(list) > maxArrays {
		return nil, &Error{File: file, Value: strconv.Itoa(len(list)), Problem: "the .npz file holds too many arrays"}
	}
	all := map[string]array{}
	left := uint64(maxFile)
	for _, z := range list {
		in := file + "/" + z.Name
		if z.Size > left {
			return nil, &Error{File: file, Problem: "the .npz file unpacks to more than 2 GiB"}
		}
		left -= z.Size
		data, err := z.Content()
		if err != nil {
			return nil, readFailure(in, err)
		}
		name := strings.TrimSuffix(z.Name, ".npy")
		if _, twice := all[name]; twice {
			return nil, &Error{File: file, Value: name, Problem: "the .npz file holds two arrays of one name"}
		}
		if all[name], err = parseNpy(in, data); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// fromHalf is the float32 of an IEEE 754 binary16, exactly.
func fromHalf(h uint16) float32 {
	sign, exp, frac := uint32(h>>15)<<31, uint32(h>>10)&31, uint32(h)&1023
	switch exp {
	case 0: // zero and subnormal: frac·2⁻²⁴
		return math.Float32frombits(math.Float32bits(float32(frac)/(1<<24)) | sign)
	case 31: // Inf and NaN
		return math.Float32frombits(sign | 255<<23 | frac<<13)
	}
	return math.Float32frombits(sign | (exp+127-15)<<23 | frac<<13)
}

// toHalf rounds to the nearest IEEE 754 binary16, ties to even.
func toHalf(x float32) uint16 {
	b := math.Float32bits(x)
	sign, abs := uint16(b>>16)&0x8000, b&0x7fffffff
	switch {
	case abs > 255<<23: // NaN
		return sign | 0x7e00
	case abs >= 0x477ff000: // 65520 and above round to Inf
		return sign | 0x7c00
	case abs < 113<<23: // below 2⁻¹⁴: adding ½ leaves the multiple of 2⁻²⁴ in the low bits
		return sign | uint16(math.Float32bits(math.Float32frombits(abs)+0.5)-126<<23)
	}
	odd := abs >> 13 & 1
	return sign | uint16((abs-(127-15)<<23+0xfff+odd)>>13)
}

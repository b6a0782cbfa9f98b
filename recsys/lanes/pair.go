//go:build goexperiment.simd && go1.27 && (arm64 || wasm)

package lanes

import "simd/archsimd"

// Available says whether the processor has the instructions: arm64 and wasm
// programs built with them need them.
const Available = true

// F32, I32 and Mask are eight lanes of float32, of int32 and of truth. Methods
// are named as those of archsimd.
type (
	F32  struct{ lo, hi archsimd.Float32x4 }
	I32  struct{ lo, hi archsimd.Int32x4 }
	Mask struct{ lo, hi archsimd.Mask32x4 }
)

// Load reads eight numbers; F32.StoreArray writes them.
func Load(p *[Width]float32) F32 {
	return F32{archsimd.LoadFloat32x4Array((*[4]float32)(p[:4])), archsimd.LoadFloat32x4Array((*[4]float32)(p[4:]))}
}

// StoreArray writes eight numbers.
func (x F32) StoreArray(p *[Width]float32) {
	x.lo.StoreArray((*[4]float32)(p[:4]))
	x.hi.StoreArray((*[4]float32)(p[4:]))
}

// Splat is x in every lane.
func Splat(x float32) F32 {
	v := archsimd.BroadcastFloat32x4(x)
	return F32{v, v}
}

// SplatInt is x in every lane.
func SplatInt(x int32) I32 {
	v := archsimd.BroadcastInt32x4(x)
	return I32{v, v}
}

// Bits are the bits of float32 as integers.
func Bits(x F32) I32 { return I32{x.lo.ToBits().BitsToInt32(), x.hi.ToBits().BitsToInt32()} }

// FromBits is the inverse of Bits.
func FromBits(x I32) F32 { return F32{x.lo.ToBits().BitsToFloat32(), x.hi.ToBits().BitsToFloat32()} }

func (x F32) Add(y F32) F32 { return F32{x.lo.Add(y.lo), x.hi.Add(y.hi)} }
func (x F32) Sub(y F32) F32 { return F32{x.lo.Sub(y.lo), x.hi.Sub(y.hi)} }
func (x F32) Mul(y F32) F32 { return F32{x.lo.Mul(y.lo), x.hi.Mul(y.hi)} }
func (x F32) Div(y F32) F32 { return F32{x.lo.Div(y.lo), x.hi.Div(y.hi)} }
func (x F32) Sqrt() F32     { return F32{x.lo.Sqrt(), x.hi.Sqrt()} }

func (x F32) Less(y F32) Mask     { return Mask{x.lo.Less(y.lo), x.hi.Less(y.hi)} }
func (x F32) Greater(y F32) Mask  { return Mask{x.lo.Greater(y.lo), x.hi.Greater(y.hi)} }
func (x F32) Equal(y F32) Mask    { return Mask{x.lo.Equal(y.lo), x.hi.Equal(y.hi)} }
func (x F32) NotEqual(y F32) Mask { return Mask{x.lo.NotEqual(y.lo), x.hi.NotEqual(y.hi)} }

// IfElse is x where m holds, y elsewhere.
func (x F32) IfElse(m Mask, y F32) F32 { return F32{x.lo.IfElse(m.lo, y.lo), x.hi.IfElse(m.hi, y.hi)} }

func (x I32) Add(y I32) I32 { return I32{x.lo.Add(y.lo), x.hi.Add(y.hi)} }
func (x I32) Sub(y I32) I32 { return I32{x.lo.Sub(y.lo), x.hi.Sub(y.hi)} }
func (x I32) And(y I32) I32 { return I32{x.lo.And(y.lo), x.hi.And(y.hi)} }

// ShiftAllRight keeps the sign.
func (x I32) ShiftAllRight(n uint64) I32 { return I32{x.lo.ShiftAllRight(n), x.hi.ShiftAllRight(n)} }

func (x I32) ShiftAllLeft(n uint64) I32 { return I32{x.lo.ShiftAllLeft(n), x.hi.ShiftAllLeft(n)} }

// ConvertToFloat32 rounds to nearest.
func (x I32) ConvertToFloat32() F32 { return F32{x.lo.ConvertToFloat32(), x.hi.ConvertToFloat32()} }

func (m Mask) Or(n Mask) Mask { return Mask{m.lo.Or(n.lo), m.hi.Or(n.hi)} }

// Any says whether any lane of m is true.
func Any(m Mask) bool {
	b := m.lo.Or(m.hi).ToInt32x4().ToBits().ReshapeToUint64s()
	return b.GetElem(0)|b.GetElem(1) != 0
}

// Clear ends a vector loop; registers of 128 bits need nothing.
func Clear() {}

//go:build js && wasm

package webgpu

import (
	_ "embed"
	"strings"

	"lethe/recsys/backend"
)

//go:embed kernels/half/halve.wgsl
var halveSource string

// RankInHalf makes TopK round items to half precision, between ±65,504, from now on: it reads
// half the bytes and adds in single precision. Scores then differ from those of other backends
// by up to a thousandth of what they add, and lists where scores are that close. It
// returns false, and changes nothing, where the device has no half precision. A program that
// does not call it is no larger for it.
func (b *Backend) RankInHalf() bool {
	if !offers(b.d.device, "shader-f16") {
		return false
	}
	b.halve = b.halved
	return true
}

// halved is scratch with items in half precision, w numbers at a time, for the kernel
// topk_half: topk but for the type of that table. It lasts until sums is called.
func (b *Backend) halved(items backend.Tensor, w int) *buffer {
	p := b.d.pipelines
	p.half("topk_half", w, strings.Replace(p.kernel("topk", w, "topk").source, "bufItems: array<V>", "bufItems: array<H>", 1))
	k := p.half("halve", w, heads[w]+halveSource+wgsl("number"))
	table, n := b.sums((items.Len()+1)/2), items.Len()/w
	p.run(k, groupsOf(n, lanes), words{u(n), u(items.Off / w)}, of(items), table)
	return table
}

// half is a kernel whose source calls w numbers in half precision H.
func (p *pipelines) half(name string, w int, source string) *kernel {
	v := variety{name, w}
	if k := p.kernels[v]; k != nil {
		return k
	}
	return p.add(v, "enable f16;\n"+source+"alias H = "+map[int]string{1: "f16", 4: "vec4<f16>"}[w]+";\n")
}

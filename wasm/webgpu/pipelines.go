//go:build js && wasm

package webgpu

import (
	"embed"
	"errors"
	"fmt"
	"slices"
	"strings"
	"syscall/js"

	"lethe/wasm/jsutil"
)

//go:embed kernels/*.wgsl
var sources embed.FS

// kernel is a WGSL program: binding 0 its Params, the others storage buffers. A
// buffer's name starts with "buf", so that no other name can be taken for it.
type kernel struct {
	name     string
	source   string
	bindings []binding
	variants map[uint32]*pipeline
}

type binding struct {
	name        string
	writes      bool
	declaration string
}

// pipeline is a kernel compiled for one pattern of operands that share buffers.
type pipeline struct {
	id     uint32 // its number in the stream
	layout js.Value
	use    []int // the bindings that remain
	groups map[[maxBindings]uint32]uint32
}

// maxBindings is how many storage buffers every WebGPU device allows a kernel.
const maxBindings = 8

// maxBindGroups bounds the bind groups that a pipeline keeps.
const maxBindGroups = 4096

type pipelines struct {
	d       *Device
	kernels map[variety]*kernel
}

// variety names a kernel and how many numbers of a row it takes at once: the type V
// of its source is f32 or vec4<f32>.
type variety struct {
	name  string
	width int
}

// heads open the source of a kernel, by width.
var heads = map[int]string{
	1: "alias V = f32;\nfn total(v: V) -> f32 { return v; }\n",
	4: "alias V = vec4<f32>;\nfn total(v: V) -> f32 { return (v.x + v.y) + (v.z + v.w); }\n",
}

func newPipelines(d *Device) *pipelines { return &pipelines{d, map[variety]*kernel{}} }

// kernel reads the named files, which together are one kernel.
func (p *pipelines) kernel(name string, width int, files ...string) *kernel {
	return p.template(name, "", width, files...)
}

// template is kernel for files with lines that are for some modes only: see expand.
func (p *pipelines) template(name, mode string, width int, files ...string) *kernel {
	v := variety{name, width}
	if k := p.kernels[v]; k != nil {
		return k
	}
	var source strings.Builder
	if p.d.subgroups {
		source.WriteString("enable subgroups;\n")
	}
	source.WriteString(heads[width])
	for _, file := range append(files, "number") {
		if file == reduce && p.d.subgroups {
			file = "reduce_subgroups"
		}
		source.WriteString(expand(wgsl(file), mode))
	}
	return p.add(v, source.String())
}

// reduce is the file for kernels that add over a workgroup, where all lanes come to it and
// all get the sum; a sum comes last, a largest number may come before. Where there are subgroups
// another file stands in: it takes one barrier for a sum, whatever their size, and
// assumes nothing of which lanes make one.
const reduce = "reduce"

func wgsl(file string) string {
	b, err := sources.ReadFile("kernels/" + file + ".wgsl")
	if err != nil {
		panic("webgpu: no such kernel file")
	}
	return string(b)
}

// add makes a kernel of a source.
func (p *pipelines) add(v variety, source string) *kernel {
	k := &kernel{name: v.name, source: source, variants: map[uint32]*pipeline{}}
	for line := range strings.Lines(k.source) {
		before, after, storage := strings.Cut(line, " var<storage, ")
		if !storage {
			continue
		}
		if before != fmt.Sprintf("@group(0) @binding(%d)", len(k.bindings)+1) {
			panic("webgpu: a kernel's storage buffers are not bound to 1, 2, …")
		}
		access, typed, _ := strings.Cut(after, "> ")
		name, _, _ := strings.Cut(typed, ":")
		k.bindings = append(k.bindings, binding{name: name, writes: access == "read_write", declaration: line})
	}
	p.kernels[v] = k
	return k
}

// run records a kernel over groups workgroups. Operands that share an allocation
// are common, weights all lie in one, and WebGPU refuses a buffer that is bound
// twice if it is written: then a variant of the kernel is compiled that
// binds it once and uses it under one name.
func (p *pipelines) run(k *kernel, groups int, w words, operands ...*buffer) {
	if p.d.err != nil || groups == 0 {
		return
	}
	if len(operands) != len(k.bindings) {
		panic("webgpu: a kernel was given the wrong number of buffers")
	}
	key := k.sharing(operands)
	v := k.variants[key]
	if v == nil {
		var err error
		if v, err = p.compile(k, key); err != nil {
			p.d.fail(fmt.Errorf("kernel %s: %w", k.name, err))
			return
		}
		k.variants[key] = v
	}
	group, err := p.group(k, v, operands)
	if err != nil {
		p.d.fail(fmt.Errorf("kernel %s: %w", k.name, err))
		return
	}
	p.d.stream.dispatch(v.id, group, groups, w)
}

// sharing gives for each operand, in four bits, the first one that must stand in
// for it: itself, unless an earlier operand is the same buffer and one of that
// buffer's operands is written.
func (k *kernel) sharing(operands []*buffer) (key uint32) {
	for i, b := range operands {
		first, writes := i, false
		for j := len(operands) - 1; j >= 0; j-- {
			if operands[j] == b {
				first, writes = j, writes || k.bindings[j].writes
			}
		}
		if !writes {
			first = i
		}
		key |= uint32(first) << (4 * i)
	}
	return key
}

// variant rewrites the source for a pattern of sharing.
func (k *kernel) variant(key uint32) (source string, use []int) {
	source = k.source
	for i, b := range k.bindings {
		first := int(key >> (4 * i) & 15)
		if first == i {
			use = append(use, i)
			continue
		}
		source = strings.Replace(source, b.declaration, "", 1)
		stand := k.bindings[first]
		source = rename(source, b.name, stand.name)
		source = strings.Replace(source, stand.declaration, strings.Replace(stand.declaration, "<storage, read>", "<storage, read_write>", 1), 1)
	}
	return source, use
}

// rename replaces an identifier.
func rename(source, from, to string) string {
	var b strings.Builder
	for {
		before, after, found := strings.Cut(source, from)
		b.WriteString(before)
		if !found {
			return b.String()
		}
		if continues(after) {
			b.WriteString(from)
		} else {
			b.WriteString(to)
		}
		source = after
	}
}

// continues tells whether an identifier that ends before s goes on in it.
func continues(s string) bool {
	return s != "" && (s[0] == '_' || '0' <= s[0] && s[0] <= '9' || 'a' <= s[0]|0x20 && s[0]|0x20 <= 'z')
}

// compile waits for the browser's compiler, so that a mistake is reported with
// the kernel's name and line and not as an error of the device.
func (p *pipelines) compile(k *kernel, key uint32) (*pipeline, error) {
	source, use := k.variant(key)
	v := &pipeline{use: use, groups: map[[maxBindings]uint32]uint32{}}
	var module, made js.Value
	err := jsutil.Catch(func() {
		d := p.d.device
		d.Call("pushErrorScope", "validation")
		v.layout = d.Call("createBindGroupLayout", map[string]any{"label": k.name, "entries": k.entries(source, use)})
		layout := d.Call("createPipelineLayout", map[string]any{"label": k.name, "bindGroupLayouts": []any{v.layout}})
		module = d.Call("createShaderModule", map[string]any{"label": k.name, "code": source})
		made = d.Call("createComputePipelineAsync", map[string]any{
			"label": k.name, "layout": layout, "compute": map[string]any{"module": module, "entryPoint": "main"}})
	})
	scope, scopeErr := promised(p.d.device, "popErrorScope")
	if err != nil {
		return nil, err
	}
	compiled, err := jsutil.Await(made)
	if e := diagnose(module); e != nil {
		return nil, e
	}
	if scopeErr == nil && !scope.IsNull() {
		return nil, errors.New(jsutil.Text(scope))
	}
	if err == nil {
		v.id = p.d.stream.number(compiled)
	}
	return v, err
}

// entries is the layout of a variant's bindings.
func (k *kernel) entries(source string, use []int) []any {
	list := []any{map[string]any{"binding": 0, "visibility": visibleToCompute,
		"buffer": map[string]any{"type": "uniform", "hasDynamicOffset": true}}}
	for _, i := range use {
		kind := "read-only-storage"
		if strings.Contains(source, fmt.Sprintf("@binding(%d) var<storage, read_write>", i+1)) {
			kind = "storage"
		}
		list = append(list, map[string]any{"binding": i + 1, "visibility": visibleToCompute, "buffer": map[string]any{"type": kind}})
	}
	return list
}

// visibleToCompute is GPUShaderStage.COMPUTE.
const visibleToCompute = 4

// diagnose returns the first error that the compiler found in a module.
func diagnose(module js.Value) error {
	info, err := promised(module, "getCompilationInfo")
	if err != nil {
		return err
	}
	messages := info.Get("messages")
	for i := range messages.Length() {
		if m := messages.Index(i); m.Get("type").String() == "error" {
			return fmt.Errorf("line %d: %s", m.Get("lineNum").Int(), m.Get("message").String())
		}
	}
	return nil
}

// group is the number of the bind group for operands.
func (p *pipelines) group(k *kernel, v *pipeline, operands []*buffer) (uint32, error) {
	var key [maxBindings]uint32
	for at, i := range v.use {
		key[at] = operands[i].id
	}
	if g, ok := v.groups[key]; ok {
		return g, nil
	}
	entries := []any{map[string]any{"binding": 0, "resource": map[string]any{"buffer": p.d.stream.uniform.js, "size": 4 * len(words{})}}}
	for _, i := range v.use {
		if operands[i].js.IsUndefined() {
			return 0, errors.New("an operand was never allocated")
		}
		resource := map[string]any{"buffer": operands[i].js, "offset": operands[i].start, "size": operands[i].bytes}
		entries = append(entries, map[string]any{"binding": i + 1, "resource": resource})
	}
	g, err := jsutil.Try(p.d.device, "createBindGroup", map[string]any{"label": k.name, "layout": v.layout, "entries": entries})
	if err != nil {
		return 0, err
	}
	if len(v.groups) >= maxBindGroups {
		p.d.stream.flush()
		for key := range v.groups {
			p.drop(v, key)
		}
	}
	v.groups[key] = p.d.stream.number(g)
	return v.groups[key], nil
}

// drop forgets a bind group; what was recorded with it must have been submitted.
func (p *pipelines) drop(v *pipeline, key [maxBindings]uint32) {
	p.d.stream.drop(v.groups[key])
	delete(v.groups, key)
}

// forget drops the bind groups of a buffer that is about to be destroyed.
func (p *pipelines) forget(b *buffer) {
	for _, k := range p.kernels {
		for _, v := range k.variants {
			for key := range v.groups {
				if slices.Contains(key[:], b.id) {
					p.drop(v, key)
				}
			}
		}
	}
}

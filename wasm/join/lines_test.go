//go:build !js

package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// program stands on all that the tables are for: growing and moving stacks, the collector, panics
// recovered through a wrapper and through what was inlined, and a traceback in the end.
const program = `package main

import (
	"errors"
	"fmt"
	"runtime"
)

type base struct{ log *[]string }

func (b base) catch() {
	if r := recover(); r != nil {
		*b.log = append(*b.log, fmt.Sprint("caught ", r))
	}
}

type outer struct {
	_ int
	base
}

type catcher interface{ catch() }

func fail(log *[]string) {
	var c catcher = &outer{base: base{log}}
	defer c.catch()
	inlined(nil)
}

func inlined(p *base) { p.log = nil }

func deep(n int) (list []*int) {
	if n == 0 {
		runtime.GC()
		return nil
	}
	x := n
	return append(deep(n-1), &x)
}

func main() {
	var log []string
	fail(&log)
	func() {
		defer func() { log = append(log, fmt.Sprint(recover())) }()
		panic(errors.New("plain"))
	}()
	done := make(chan int)
	for k := range 8 {
		go func() {
			sum := 0
			for _, x := range deep(2000 * (k + 1)) {
				sum += *x
			}
			done <- sum
		}()
	}
	sum := 0
	for range 8 {
		sum += <-done
	}
	fmt.Println(strings(log), sum)
	defer fmt.Println("deferred")
	crash()
}

func strings(log []string) string { return fmt.Sprintf("%q", log) }

//go:noinline
func crash() { panic("the end") }
`

func TestProgramsRunWithoutLines(t *testing.T) {
	dir := t.TempDir()
	source, built := filepath.Join(dir, "main.go"), filepath.Join(dir, "main.wasm")
	require.NoError(t, os.WriteFile(source, []byte(program), 0o644))
	build := exec.Command("go", "build", "-o", built, source)
	build.Env = append(os.Environ(), "GOOS=js", "GOARCH=wasm", "GOEXPERIMENT=nojsonv2", "GOFLAGS=")
	out, err := build.CombinedOutput()
	require.NoError(t, err, "%s", out)
	root, err := exec.Command("go", "env", "GOROOT").Output()
	require.NoError(t, err)
	run := func() (stdout, stderr string) {
		var o, e strings.Builder
		c := exec.Command(filepath.Join(strings.TrimSpace(string(root)), "lib/wasm/go_js_wasm_exec"), built)
		c.Stdout, c.Stderr = &o, &e
		var exit *exec.ExitError
		require.ErrorAs(t, c.Run(), &exit, "the program ends in a panic")
		return o.String(), e.String()
	}
	before, trace := run()
	assert.Contains(t, before, `["caught runtime error: invalid memory address`)
	assert.Contains(t, before, `"plain"] 408036000`)
	assert.Contains(t, trace, "main.go:")
	b, err := os.ReadFile(built)
	require.NoError(t, err)
	require.NoError(t, rewrite(built))
	after, trace := run()
	assert.Equal(t, before, after)
	assert.Contains(t, trace, "panic: the end")
	assert.Contains(t, trace, "main.crash")
	assert.NotContains(t, trace, "main.go:")

	heavy, _ := image(t, b)
	b, err = os.ReadFile(built)
	require.NoError(t, err)
	light, _ := image(t, b)
	written := func(memory []byte) int { return len(memory) - bytes.Count(memory, []byte{0}) }
	assert.Less(t, written(light), written(heavy)*9/10)
}

func TestBrokenTablesAreRefused(t *testing.T) {
	head := make([]byte, 200)
	copy(head, "\xf1\xff\xff\xff\x00\x00\x01\x08")
	found, err := dropLines(head)
	assert.False(t, found)
	assert.ErrorIs(t, err, errModule)
	found, err = dropLines(head[:50])
	assert.False(t, found)
	assert.NoError(t, err)
}

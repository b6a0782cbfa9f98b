package recsys

import (
	"go/build/constraint"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// layers is who may import whom, from the bottom up: a package imports packages of
// lower layers only. eval stands below train because early stopping ranks.
var layers = [][]string{
	{"recsys/api", "recsys/rng", "recsys/lanes", "recsys/digest", "recsys/sign"},
	{"recsys/dense", "recsys/sign/standard"},
	{"recsys/math32", "recsys/files", "recsys/rank"},
	{"recsys/data"},
	{"recsys/data/features", "recsys/data/demo/atelier"},
	{"recsys/data/demo"},
	{"recsys/graph"},
	{"recsys/backend"},
	{"recsys/backend/reference", "recsys/backend/simd", "recsys/backend/failover"},
	{"recsys/backend/backendtest"},
	{"recsys/tape"},
	{"recsys/tape/tapetest"},
	{"recsys/model/ease"},
	{"recsys/model"},
	{"recsys/eval"},
	{"recsys/train"},
	{"recsys/model/modeltest"},
	{"recsys/unlearn"},
	{"recsys/unlearn/unlearntest"},
	{"recsys/audit"},
	{"recsys/erase/store", "recsys/erase/receipt"},
	{"recsys/feed"},
	{"recsys/erase"},
	{"recsys/erase/erasetest"},
	{"recsys/session"},
	{"recsys/cmd/disk"},
	{"recsys/cmd/lethe", "recsys/cmd/bench", "wasm/engine"},
}

// source is one Go file: where it is and what it imports.
type source struct {
	pkg, file string
	imports   []string
	test      bool
	browser   bool // compiled for js/wasm only
}

// sources reads every Go file of the module, but for modules of their own inside it.
func sources(t *testing.T) []source {
	var all []source
	root := os.DirFS("..")
	err := fs.WalkDir(root, ".", func(name string, e fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if e.IsDir() {
			base := path.Base(name)
			if _, err := fs.Stat(root, path.Join(name, "go.mod")); name != "." && err == nil {
				return fs.SkipDir
			}
			if base == "node_modules" || base == "testdata" || base == "dist" || strings.HasPrefix(base, ".") && name != "." {
				return fs.SkipDir
			}
			return nil
		}
		if path.Ext(name) != ".go" {
			return nil
		}
		src, err := fs.ReadFile(root, name)
		if err != nil {
			return err
		}
		f, err := parser.ParseFile(token.NewFileSet(), name, src, parser.ImportsOnly|parser.ParseComments)
		require.NoError(t, err)
		s := source{pkg: path.Dir(name), file: name, test: strings.HasSuffix(name, "_test.go"), browser: strings.HasSuffix(name, "_js.go")}
		for _, g := range f.Comments {
			for _, c := range g.List {
				if x, err := constraint.Parse(c.Text); constraint.IsGoBuild(c.Text) && err == nil {
					s.browser = s.browser || !x.Eval(func(tag string) bool { return tag != "js" })
				}
			}
		}
		for _, i := range f.Imports {
			p, err := strconv.Unquote(i.Path.Value)
			require.NoError(t, err)
			s.imports = append(s.imports, p)
		}
		all = append(all, s)
		return nil
	})
	require.NoError(t, err)
	require.Greater(t, len(all), 50, "the module's files were not found")
	return all
}

func (s source) below(folders ...string) bool {
	return slices.ContainsFunc(folders, func(f string) bool { return s.pkg == f || strings.HasPrefix(s.pkg, f+"/") })
}

func TestLayers(t *testing.T) {
	level := map[string]int{}
	for n, layer := range layers {
		for _, pkg := range layer {
			level[pkg] = n
		}
	}
	seen := map[string]bool{}
	for _, s := range sources(t) {
		if !s.below("recsys", "wasm/engine") || s.pkg == "recsys" {
			continue
		}
		mine, known := level[s.pkg]
		if !known {
			t.Errorf("%s: package %s has no place in the layers of arch_test.go", s.file, s.pkg)
			continue
		}
		seen[s.pkg] = true
		if s.test {
			continue // a test may look up: it often needs what is built on its package
		}
		for _, i := range s.imports {
			pkg, ours := strings.CutPrefix(i, "lethe/")
			if other, known := level[pkg]; ours && (!known && strings.HasPrefix(pkg, "recsys/") || known && other >= mine) {
				t.Errorf("%s: %s may not import %s", s.file, s.pkg, pkg)
			}
		}
	}
	assert.True(t, seen["recsys/session"] && seen["recsys/api"], "the packages were not found")
}

// rule forbids or alone allows imports in some folders.
type rule struct {
	name    string
	applies func(s source) bool
	allowed func(importPath string) bool
}

// ours tells whether an import is of this module, and in which folder.
func ours(i string, folders ...string) bool {
	for _, f := range folders {
		if i == "lethe/"+f || strings.HasPrefix(i, "lethe/"+f+"/") {
			return true
		}
	}
	return false
}

func standard(i string) bool {
	first, _, _ := strings.Cut(i, "/")
	return !strings.Contains(first, ".") && first != "lethe"
}

func not(paths ...string) func(string) bool {
	return func(i string) bool { return !slices.Contains(paths, i) }
}

// outside are the packages through which the world comes in.
var outside = []string{"time", "os", "os/exec", "os/signal", "net", "net/http", "syscall", "io/ioutil", "math/rand/v2", "crypto/rand", "log", "log/slog"}

// heavy are packages that keep, once imported, far more in a program than is used of
// them; RATIONALE.md tells how much, and what stands in their place.
var heavy = []string{"crypto/sha256", "crypto/hmac", "crypto/ed25519", "crypto/rand", "html", "archive/zip", "regexp", "text/template", "encoding/gob", "encoding/xml",
	"gonum.org/v1/gonum/mat", "gonum.org/v1/gonum/stat", "gonum.org/v1/gonum/stat/distuv", "gonum.org/v1/gonum/optimize"}

var importRules = []rule{
	{"api is a leaf of the standard library",
		func(s source) bool { return s.below("recsys/api") && !s.test },
		standard},
	{"ui knows of recsys the protocol only",
		func(s source) bool { return s.below("ui") && !s.test },
		func(i string) bool { return !ours(i, "recsys") || i == "lethe/recsys/api" }},
	{"ui knows neither wasm nor worker",
		func(s source) bool { return s.below("ui") && !s.test },
		func(i string) bool { return !ours(i, "wasm", "worker") }},
	{"recsys has never heard of a browser",
		func(s source) bool { return s.below("recsys") },
		func(i string) bool {
			return i != "syscall/js" && !ours(i, "wasm", "ui") && !strings.HasPrefix(i, "github.com/vugu/") && !strings.HasPrefix(i, "github.com/syumai/")
		}},
	{"recsys but the command line knows no worker and no network",
		func(s source) bool { return s.below("recsys") && !s.below("recsys/cmd") && !s.test },
		func(i string) bool { return !ours(i, "worker") && i != "net" && i != "net/http" }},
	{"below session there is no clock, no environment, no file, no network and no randomness of its own",
		func(s source) bool {
			return s.below("recsys") && !s.below("recsys/session", "recsys/cmd", "recsys/rng", "recsys/files", "recsys/erase") && !s.test && !s.testSuite()
		},
		not(outside...)},
	{"files knows of time what a file system must tell, erase what a receipt must",
		func(s source) bool { return s.below("recsys/files", "recsys/erase") && !s.test && !s.testSuite() },
		not(slices.DeleteFunc(slices.Clone(outside), func(p string) bool { return p == "time" })...)},
	{"rng is where random numbers come from",
		func(s source) bool { return s.below("recsys/rng") && !s.test },
		not(slices.DeleteFunc(slices.Clone(outside), func(p string) bool { return p == "math/rand/v2" })...)},
	{"the browser's engine does without what weighs more than it serves",
		func(s source) bool {
			return s.below("recsys") && !s.below("recsys/cmd", "recsys/audit", "recsys/bench", "recsys/sign/standard") && !(s.file == "recsys/digest/native.go") && !s.test && !s.testSuite()
		},
		not(heavy...)},
	{"nobody imports math/rand, version 1",
		func(source) bool { return true },
		not("math/rand")},
	{"syscall/js is for files that only a browser compiles, in wasm and worker",
		func(s source) bool { return !(s.browser && s.below("wasm", "worker")) && !s.tool() },
		not("syscall/js")},
	{"the browser's programs do without net/http",
		func(s source) bool {
			return s.below("wasm/app", "wasm/engine", "wasm/jsutil", "wasm/webgpu", "ui") && !s.test
		},
		not("net/http")},
}

// testSuite tells whether a package is a suite that other packages' tests run.
func (s source) testSuite() bool { return strings.HasSuffix(path.Base(s.pkg), "test") }

// tool tells whether a file under wasm is a program that runs outside the browser, or
// page code beside it.
func (s source) tool() bool { return s.below("wasm/app", "wasm/wasmtest") }

func TestImportRules(t *testing.T) {
	all := sources(t)
	for _, r := range importRules {
		t.Run(r.name, func(t *testing.T) {
			applied := 0
			for _, s := range all {
				if !r.applies(s) {
					continue
				}
				applied++
				for _, i := range s.imports {
					if !r.allowed(i) {
						t.Errorf("%s imports %s", s.file, i)
					}
				}
			}
			assert.Positive(t, applied, "the rule applies to no file: it cannot fail")
		})
	}
}

// Time, files and the environment stand in session, files and erase only as types and durations:
// the clock itself is handed in.
func TestNoClockOfTheirOwn(t *testing.T) {
	for _, pattern := range []string{"session/*.go", "files/*.go", "erase/*.go", "erase/*/*.go"} {
		src, err := fs.Glob(os.DirFS("."), pattern)
		require.NoError(t, err)
		require.NotEmpty(t, src)
		for _, name := range src {
			if path.Base(name) == "crash_test.go" {
				continue // which kills a program at a moment of the real clock
			}
			b, err := os.ReadFile(name)
			require.NoError(t, err)
			assert.False(t, strings.Contains(string(b), "time."+"Now("), name)
			assert.False(t, strings.Contains(string(b), "time."+"Sleep("), name)
		}
	}
}

package text

import (
	"go/ast"
	"go/parser"
	"go/token"
	"html"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// speakers are the packages whose messages reach the page, from the root of the module.
var speakers = []string{"recsys/session", "recsys/data", "recsys/unlearn", "recsys/model", "recsys/erase", "recsys/erase/store", "recsys/files",
	"wasm/engine", "wasm/keep", "wasm/webgpu",
	"recsys/feed", "recsys/erase/receipt", "recsys/sign", "recsys/dense", "recsys/train", "recsys/model/ease", "recsys/backend/simd",
	"recsys/data/features", "recsys/eval", "recsys/audit", "wasm/jsutil"}

// unheard are files of these packages whose messages nobody at the page meets.
var unheard = []string{"recsys/session/bench.go", "recsys/session/files.go", "recsys/session/queue.go", "recsys/session/sequence.go",
	"recsys/session/takedown.go", "recsys/data/write.go", "recsys/unlearn/sequence.go", "recsys/feed/merkle.go", "recsys/feed/published.go",
	"recsys/feed/tree.go", "recsys/train/grid.go", "recsys/train/preset.go", "recsys/audit/adversary.go", "recsys/audit/shadow.go"}

// A message is given to one of these fields or variables, is an argument of one of these functions, or is what one of these makers returns last.
var (
	messageFields    = []string{"Message", "Problem", "Remedy", "Why", "Note", "Summary", "problem", "note", "why"}
	messageFunctions = map[string]int{"fmt.Errorf": 0, "errors.New": 0, "nothing": 0, "failure": 0, "only": 2} // and which argument it is
	messageMakers    = []string{"didYouMean", "refused", "Choose"}
)

// gap stands in a pattern for what is only known when the program runs.
const gap = "\x00"

var verb = regexp.MustCompile(`%%|%[-+# 0]*[0-9]*(?:\.[0-9]+)?[a-zA-Z]`)

// literals reads patterns out of source code.
type literals struct {
	finders   []string // functions that note what a check finds
	constants map[string]string
	found     map[string]token.Position
	set       *token.FileSet
}

// patterns are what an expression may say.
func (l *literals) patterns(e ast.Expr) []string {
	switch e := e.(type) {
	case *ast.BasicLit:
		if e.Kind == token.STRING {
			s, err := strconv.Unquote(e.Value)
			if err == nil {
				return []string{s}
			}
		}
	case *ast.ParenExpr:
		return l.patterns(e.X)
	case *ast.Ident:
		if s, ok := l.constants[e.Name]; ok {
			return []string{s}
		}
	case *ast.BinaryExpr:
		var out []string
		for _, a := range l.patterns(e.X) {
			for _, b := range l.patterns(e.Y) {
				out = append(out, a+b)
			}
		}
		return out
	case *ast.CallExpr:
		switch name(e.Fun) {
		case "fmt.Sprintf":
			return formats(l.patterns(e.Args[0]))
		case "cmp.Or":
			var out []string
			for _, a := range e.Args {
				out = append(out, l.patterns(a)...)
			}
			return out
		}
	}
	return []string{gap}
}

// formats are the patterns of format strings.
func formats(list []string) []string {
	for k, s := range list {
		list[k] = verb.ReplaceAllStringFunc(s, func(v string) string {
			if v == "%%" {
				return "%"
			}
			return gap
		})
	}
	return list
}

func name(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.Ident:
		return e.Name
	case *ast.SelectorExpr:
		return name(e.X) + "." + e.Sel.Name
	}
	return ""
}

// keep takes patterns that say something, with their gaps numbered.
func (l *literals) keep(at token.Pos, list []string) {
	for _, s := range list {
		if strings.Trim(s, gap+" .,:;()") == "" {
			continue
		}
		for n := 0; strings.Contains(s, gap); n++ {
			s = strings.Replace(s, gap, "{"+strconv.Itoa(n)+"}", 1)
		}
		if _, ok := l.found[s]; !ok {
			l.found[s] = l.set.Position(at)
		}
	}
}

func (l *literals) visit(n ast.Node) bool {
	switch n := n.(type) {
	case *ast.KeyValueExpr:
		if slices.Contains(messageFields, name(n.Key)) {
			l.keep(n.Pos(), l.patterns(n.Value))
		}
		if list, ok := n.Value.(*ast.CompositeLit); ok && name(n.Key) == "Findings" {
			for _, x := range list.Elts {
				l.keep(x.Pos(), l.patterns(x))
			}
		}
	case *ast.AssignStmt:
		for k, x := range n.Lhs {
			full := name(x)
			if slices.Contains(messageFields, full[strings.LastIndex(full, ".")+1:]) && len(n.Rhs) == len(n.Lhs) {
				l.keep(n.Pos(), l.patterns(n.Rhs[k]))
			}
		}
	case *ast.CallExpr:
		f := name(n.Fun)
		if k, ok := messageFunctions[f]; ok && len(n.Args) > k && (f != "failure" || len(n.Args) == 1) {
			l.keep(n.Pos(), formats(l.patterns(n.Args[k])))
		}
		if f == "newOptions" { // which options a method cannot take, and why
			if m, ok := n.Args[2].(*ast.CompositeLit); ok {
				for _, x := range m.Elts {
					l.keep(x.Pos(), l.patterns(x.(*ast.KeyValueExpr).Value))
				}
			}
		}
		if f == "append" && slices.Contains([]string{"warnings", "out.Findings"}, name(n.Args[0])) {
			l.keep(n.Pos(), l.patterns(n.Args[1]))
		}
		if slices.Contains(l.finders, f) {
			l.keep(n.Pos(), formats(l.patterns(n.Args[0])))
		}
	case *ast.FuncDecl:
		if slices.Contains(messageMakers, n.Name.Name) {
			ast.Inspect(n.Body, func(x ast.Node) bool {
				if r, ok := x.(*ast.ReturnStmt); ok {
					l.keep(r.Pos(), l.patterns(r.Results[len(r.Results)-1]))
				}
				return true
			})
		}
	}
	return true
}

// engineSays are the patterns of all messages in the source, and where each is.
func engineSays(t *testing.T) map[string]token.Position {
	found := map[string]token.Position{}
	for _, dir := range speakers {
		l := literals{constants: map[string]string{}, found: found, set: token.NewFileSet()}
		entries, err := fs.ReadDir(os.DirFS("../.."), dir)
		require.NoError(t, err)
		var files []*ast.File
		for _, e := range entries {
			if !strings.HasSuffix(e.Name(), ".go") || strings.HasSuffix(e.Name(), "_test.go") || slices.Contains(unheard, dir+"/"+e.Name()) {
				continue
			}
			f, err := parser.ParseFile(l.set, filepath.Join("../..", dir, e.Name()), nil, parser.SkipObjectResolution)
			require.NoError(t, err)
			files = append(files, f)
		}
		for _, f := range files {
			ast.Inspect(f, func(n ast.Node) bool {
				if v, ok := n.(*ast.ValueSpec); ok && len(v.Names) == len(v.Values) {
					for k, x := range v.Values {
						if lit := l.patterns(x); lit[0] != gap {
							l.constants[v.Names[k].Name] = lit[0]
						}
					}
				}
				return true
			})
		}
		for _, f := range files {
			ast.Inspect(f, l.visit)
		}
	}
	return found
}

// What verify.html has the engine find when it computes again stands there in German too, with the same gaps, and nothing that it never finds.
func TestFindingsSpeakGerman(t *testing.T) {
	l := literals{finders: []string{"v.pass", "v.fail"}, found: map[string]token.Position{}, set: token.NewFileSet()}
	source, err := parser.ParseFile(l.set, "../../recsys/session/verify.go", nil, parser.SkipObjectResolution)
	require.NoError(t, err)
	ast.Inspect(source, l.visit)
	page, err := os.ReadFile("../../public/verify.html")
	require.NoError(t, err)
	var known []string
	for _, m := range regexp.MustCompile(`<p data-found data-de="([^"]+)">([^<]+)</p>`).FindAllStringSubmatch(string(page), -1) {
		gaps := regexp.MustCompile(`\{\d\}`)
		assert.ElementsMatch(t, gaps.FindAllString(m[1], -1), gaps.FindAllString(m[2], -1), m[2])
		known = append(known, html.UnescapeString(m[2]))
	}
	assert.ElementsMatch(t, slices.Collect(maps.Keys(l.found)), known)
}

// Every message of the engine has its German, with the same gaps, and none is translated that the engine does not say.
func TestEngineSpeaksGerman(t *testing.T) {
	says := engineSays(t)
	require.Greater(t, len(says), 300)
	german := map[string]string{}
	for _, m := range slices.Concat(engineGerman, dataGerman, methodsGerman, checksGerman) {
		assert.Empty(t, german[m[0]], "%q is there twice", m[0])
		german[m[0]] = m[1]
		gaps := regexp.MustCompile(`\{\d\}`)
		assert.ElementsMatch(t, gaps.FindAllString(m[0], -1), gaps.FindAllString(m[1], -1), m[0])
		assert.NotEmpty(t, m[1], m[0])
		assert.NotEmpty(t, says[m[0]], "the engine does not say %q", m[0])
	}
	for _, m := range slices.Sorted(maps.Keys(says)) {
		assert.NotEmpty(t, german[m], "%s: %q has no German", says[m], m)
		filled := regexp.MustCompile(`\{(\d)\}`).ReplaceAllString(m, "x$1")
		said, in := Said("de", filled)
		assert.Equal(t, "de", in, filled)
		assert.NotContains(t, said, "{0}", "a gap stays open")
	}
}

func TestSaid(t *testing.T) {
	for _, c := range []struct{ english, german string }{
		{"No data set is open.", "Kein Datensatz ist offen."},
		{"There is no model \"x\".", "Das gibt es hier nicht: model \"x\"."},
		{"the line has 3 cells where the header has 4", "die Zeile hat 3 Zellen, die Kopfzeile 4"},
		{"The line has 3 cells where the header has 4.", "die Zeile hat 3 Zellen, die Kopfzeile 4"},
		{"option gu of method lethe is \"9\": write a number above 0 and up to 2, such as +gu=1", "Option gu von Verfahren lethe ist \"9\": Schreib eine Zahl über 0 und bis 2, etwa +gu=1"},
		{"This could not be kept: switch to the new generation: not a record.", "Das ließ sich nicht aufbewahren: Wechsel zum neuen Stand: kein Eintrag."},
		{"model.safetensors: export the model again", "model.safetensors: gib das Modell noch einmal aus"},
		{"the rating is not a whole number: \"four\"; write it in digits", "rating ist keine ganze Zahl: \"four\"; schreib sie in Ziffern"},
		{"auto chose shard: it is exact for this model, and cheaper than training again; 1 of 8 shards were trained again",
			"auto wählte shard: es ist für dieses Modell exakt und billiger, als neu zu lernen; 1 von 8 Teilen lernten neu"},
	} {
		said, in := Said("de", c.english)
		assert.Equal(t, c.german, said)
		assert.Equal(t, "de", in)
		said, in = Said("en", c.english)
		assert.Equal(t, c.english, said)
		assert.Equal(t, "en", in)
	}
	said, in := Said("de", "A sentence that nobody knows.")
	assert.Equal(t, "A sentence that nobody knows.", said)
	assert.Equal(t, "en", in)
}

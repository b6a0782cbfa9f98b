package ui

import (
	"bytes"
	"flag"
	"go/format"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/vugu/vugu"
	"github.com/vugu/vugu/staticrender"

	"lethe/recsys/api"
	"lethe/ui/text"
)

var update = flag.Bool("update", false, "write golden files and the served page anew")

// render is a component as HTML.
func render(t *testing.T, c vugu.Builder) string {
	t.Helper()
	env, err := vugu.NewBuildEnv()
	require.NoError(t, err)
	var b bytes.Buffer
	require.NoError(t, staticrender.New(&b).Render(env.RunBuild(c)))
	return b.String()
}

func drawn(t *testing.T, s State) string {
	t.Helper()
	return render(t, NewPage(&s, func(Event) {}, nil))
}

// Every component in the states that matter, as HTML that a person has looked at.
func TestGolden(t *testing.T) {
	view := func(d *desk) View { return View{S: &d.s, Do: d.doAll} }
	fresh := at(t, "")
	open := at(t, "?likes=1&request=creator:Mori")
	open.open(4)
	open.do(Like{2})
	open.answer(open.posted()[1], ranking(3, 0, 1))

	training := at(t, "?epochs=5")
	training.open(4)
	training.do(StartTrain{}, ShowTable{"recall"})
	m := training.only(api.OpTrain)
	for i, p := range points(3) {
		training.progress(m, api.Progress{Stage: "train", Done: i + 1, Total: 5, SecondsLeft: 2.2, Point: &p})
	}

	forgetting := at(t, "?request=creator:Mori")
	forgetting.open(4)
	forgetting.do(StartForget{})
	jobs := forgetting.posted()
	for i, g := range []float64{.8, .62, .47} {
		forgetting.do(Tick{float64(i+1) / 2})
		forgetting.progress(jobs[0], api.Progress{Stage: "unlearn", Done: i + 1, Total: 40, SecondsLeft: -1, Point: &api.Point{Step: i + 1, Gauge: ptr(g), Valid: api.Metrics{"recall@20": .2 - float64(i)/100}}})
	}

	compared := at(t, "?request=creator:Mori")
	compared.open(4)
	compared.do(StartForget{})
	unlearn := compared.only(api.OpUnlearn)
	compared.do(Tick{2})
	compared.answer(unlearn, row("lethe", 2, .01))
	retrain := compared.posted()[2]
	compared.do(Tick{19})
	compared.answer(retrain, row("retrain", 17, 0))
	for _, m := range compared.posted() {
		if m.Op == api.OpCompare {
			compared.answer(m, api.Comparison{Forget: api.Forget{Request: "creator:Mori", Pairs: 30, Share: .05, Touched: []int{17, 3}},
				Rows:  map[api.Slot]api.Row{api.Before: row("", 17, .2), api.After: row("lethe", 2, .01), api.Retrain: row("retrain", 17, 0)},
				Lists: map[api.Slot]api.Ranking{api.Before: ranking(0, 1, 2), api.After: ranking(2, 0, 3), api.Retrain: ranking(2, 3, 0)}})
		}
	}
	looked := at(t, "")
	looked.open(5)
	looked.do(ShowTable{"residue"})
	r, x := residue(.61), spread()
	again := relearned(.1, 0)
	looked.s.Look = Looking{Residue: &r, Spread: &x, Relearned: &again, Race: again.Curve}
	broken := at(t, "")
	broken.open(4)
	broken.do(OpenFiles{Names: []string{"interactions.csv"}, Ticket: 1})
	broken.fail(broken.posted()[0], api.Failure{Code: api.CodeBadInput, Message: "The rating is not a number.", File: "interactions.csv", Line: 7, Value: "<b>four</b>", Remedy: "write a number from 1 to 5"})
	dead := at(t, "")
	dead.do(Broke{Why: "WebAssembly is switched off."})
	own := at(t, "")
	own.arrive()
	own.answer(own.only(api.OpOpen), api.Opened{Name: "numbers", Users: 3, Items: 2, Train: 5})

	for _, c := range []struct {
		name string
		comp vugu.Builder
	}{
		{"rail", &Rail{view(training)}},
		{"intro-dead", &Intro{view(dead)}},
		{"wall", &Wall{view(open)}},
		{"wall-numbers", &Wall{view(own)}},
		{"shelf", &Ranked{view(open)}},
		{"shelf-nomodel", &Ranked{view(own)}},
		{"train", &Train{view(training)}},
		{"forget", &Forget{view(forgetting)}},
		{"forget-fresh", &Forget{view(fresh)}},
		{"gauge-done", &Gauge{view(compared)}},
		{"compare", &Compare{view(compared)}},
		{"residue", &Residue{view(looked)}},
		{"spread", &Spread{view(looked)}},
		{"relearn", &Relearn{view(looked)}},
		{"own-broken", &Own{view(broken)}},
		{"foot", &Foot{view(open)}},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := pretty(render(t, c.comp))
			file := filepath.Join("testdata", c.name+".html")
			if *update {
				require.NoError(t, os.MkdirAll("testdata", 0o755))
				require.NoError(t, os.WriteFile(file, []byte(got), 0o644))
			}
			want, err := os.ReadFile(file)
			require.NoError(t, err, "go test ./ui -run TestGolden -update")
			assert.Equal(t, string(want), got)
		})
	}
}

func (d *desk) doAll(e Event) { d.do(e) }

// pretty breaks the lines before block elements, so that a golden file can be read.
func pretty(s string) string {
	return regexp.MustCompile(`\s*(</?(?:div|section|header|article|aside|nav|form|fieldset|label|ul|ol|li|p|h[1-3]|table|thead|tbody|tr|figure|dl|button|svg|g|footer)\b)`).ReplaceAllString(s, "\n$1") + "\n"
}

// The served page holds what the program will draw first: words to read and prints to
// look at while the programs load.
func TestServed(t *testing.T) {
	const file, from, to = "../public/index.html", "<!-- page -->", "<!-- /page -->"
	page, err := os.ReadFile(file)
	require.NoError(t, err)
	head, rest, found := strings.Cut(string(page), from)
	require.True(t, found)
	served, tail, found := strings.Cut(rest, to)
	require.True(t, found)
	want := drawn(t, New(Link{}))
	if *update {
		require.NoError(t, os.WriteFile(file, []byte(head+from+want+to+tail), 0o644))
		return
	}
	assert.Equal(t, want, served, "go test ./ui -run TestServed -update")
	assert.Equal(t, PageSize, strings.Count(served, `loading="lazy"`))
	assert.NotContains(t, string(page), " style=")
}

// Handlers say what they should when a visitor acts.
func TestHandlers(t *testing.T) {
	d := at(t, "")
	d.open(4)
	env, err := vugu.NewBuildEnv()
	require.NoError(t, err)
	p := NewPage(&d.s, func(e Event) { d.do(e) }, nil)
	click := func(class, label string) {
		t.Helper()
		results := env.RunBuild(p)
		var found *vugu.VGNode
		var visit func(n *vugu.VGNode)
		visit = func(n *vugu.VGNode) {
			for ; n != nil; n = n.NextSibling {
				if n.Component != nil {
					visit(results.ResultFor(n.Component).Out[0])
					continue
				}
				attrs := map[string]string{}
				for _, a := range n.Attr {
					attrs[a.Key] = a.Val
				}
				if len(n.DOMEventHandlerSpecList) > 0 && attrs["class"] == class && strings.Contains(attrs["aria-label"]+attrs["id"]+attrs["value"], label) {
					found = n
				}
				visit(n.FirstChild)
			}
		}
		visit(results.Out.Out[0])
		require.NotNil(t, found, "%s %s", class, label)
		found.DOMEventHandlerSpecList[0].Func(nil)
	}
	click("hang", "Print 3")
	assert.Equal(t, []int{3}, d.s.Link.Likes)
	click("near", "Print 1")
	assert.Equal(t, 2, d.s.Link.Similar)
	click("button primary", "train-go")
	assert.NotZero(t, d.s.Train.Job)
	click("button", "train-stop")
	assert.True(t, d.s.Train.Stopping)
}

// Each word on the page is in the catalogue, and each in the catalogue is used.
func TestWords(t *testing.T) {
	sources := readAll(t, "*.vugu", "*.go")
	used := map[string]bool{}
	for _, m := range regexp.MustCompile(`\b[TN]\("([a-z0-9.-]+)"`).FindAllStringSubmatch(sources, -1) {
		key := m[1]
		if strings.HasSuffix(key, ".") {
			continue
		}
		assert.True(t, text.Has(key), "%q is not in the catalogue", key)
		used[key], used[key+".one"] = true, true
	}
	prefixes := regexp.MustCompile(`"([a-z.-]+\.)"`).FindAllStringSubmatch(sources, -1)
	for _, key := range text.Keys() {
		ok := used[key] || strings.Contains(sources, `"`+key+`"`)
		for _, p := range prefixes {
			ok = ok || strings.HasPrefix(key, p[1])
		}
		assert.True(t, ok, "%q is never said", key)
	}
	for _, s := range Slots {
		assert.True(t, text.Has("slot."+string(s)) && text.Has("slot.note."+string(s)))
	}
	for _, p := range Places {
		assert.True(t, text.Has("nav."+string(p)))
	}
	for _, k := range Kinds {
		assert.True(t, text.Has("kind."+string(k)) && text.Has("kind.note."+string(k)))
	}
	for _, m := range measures {
		assert.True(t, text.Has("measure."+m.Key) && text.Has("measure.note."+m.Key), m.Key)
	}
	for _, l := range Layouts {
		assert.True(t, text.Has("layout."+l) && text.Has("layout.files."+l))
	}
}

// The markup keeps to what the content security policy and the next vugu allow.
func TestMarkup(t *testing.T) {
	files, err := filepath.Glob("*.vugu")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, f := range files {
		b, err := os.ReadFile(f)
		require.NoError(t, err)
		for _, no := range []string{`\sstyle=`, `:style=`, `<style`, `<script`, `<vg-`, `\son[a-z]+=`, `https?://`} {
			assert.NotRegexp(t, no, string(b), f)
		}
	}
}

// public/vugu.js speaks the instruction set of the vugu that is compiled in.
func TestVuguJS(t *testing.T) {
	dir, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "github.com/vugu/vugu").Output()
	require.NoError(t, err)
	source, err := os.ReadFile(filepath.Join(strings.TrimSpace(string(dir)), "domrender", "renderer-js-instructions.go"))
	require.NoError(t, err)
	ours, err := os.ReadFile("../public/vugu.js")
	require.NoError(t, err)
	theirs := map[string]string{}
	for _, m := range regexp.MustCompile(`(?m)^\s*opcode(\w+)\s+uint8 = (\d+)`).FindAllStringSubmatch(string(source), -1) {
		theirs[strings.ToLower(m[1][:1])+m[1][1:]] = m[2]
	}
	require.Greater(t, len(theirs), 20)
	for _, m := range regexp.MustCompile(`(\w+): (\d+),`).FindAllStringSubmatch(string(ours[:bytes.Index(ours, []byte("FIRST_CHILD"))]), -1) {
		assert.Equal(t, theirs[m[1]], m[2], m[1])
		delete(theirs, m[1])
	}
	delete(theirs, "setJSTag") // vugu writes neither
	delete(theirs, "removeOtherJSTags")
	assert.Empty(t, theirs, "instructions that public/vugu.js does not know")
	size := regexp.MustCompile(`make\(\[\]byte, (\d+)\)`)
	renderer, err := os.ReadFile(filepath.Join(strings.TrimSpace(string(dir)), "domrender", "renderer-js.go"))
	require.NoError(t, err)
	assert.Contains(t, string(ours), "new Uint8Array("+size.FindStringSubmatch(string(renderer))[1]+")", "the two buffers have one size")
}

// The committed components are what vugugen makes of the markup.
func TestGeneratedIsFresh(t *testing.T) {
	dir := t.TempDir()
	for _, pattern := range []string{"*.vugu", "*.go"} {
		files, err := filepath.Glob(pattern)
		require.NoError(t, err)
		for _, f := range files {
			if strings.HasSuffix(f, "_test.go") || strings.HasSuffix(f, "_gen.go") {
				continue
			}
			b, err := os.ReadFile(f)
			require.NoError(t, err)
			require.NoError(t, os.WriteFile(filepath.Join(dir, f), b, 0o644))
		}
	}
	out, err := exec.Command("go", "tool", "vugugen", "-s", "-skip-go-mod", "-skip-main", dir).CombinedOutput()
	require.NoError(t, err, string(out))
	raw, err := os.ReadFile(filepath.Join(dir, "0_components_gen.go"))
	require.NoError(t, err)
	want, err := format.Source(raw)
	require.NoError(t, err)
	got, err := os.ReadFile("0_components_gen.go")
	require.NoError(t, err)
	assert.True(t, bytes.Equal(want, got), "run: go generate ./ui")
}

func TestReadings(t *testing.T) {
	s := New(Link{})
	v := View{S: &s}
	for _, c := range []struct {
		auc, right float64
		want       string
	}{
		{.5, .5, "a coin flip, nobody can tell it was ever here."},
		{.515, .5, "a coin flip, nobody can tell it was ever here."},
		{.7, .5, "a stranger with the model guesses right 7 times in ten."},
		{.54, .5, "a faint trace is left."},
		{.39, .5, "forgot so hard that it shows: a stranger guesses right 6 times in ten."},
		{.47, .5, "forgot slightly more than it should."},
		{.8, .81, "the same as a model that never knew."},
	} {
		assert.Equal(t, c.want, v.Chance(c.auc, c.right, gaugeGood), "%v against %v", c.auc, c.right)
	}
	assert.Equal(t, "no different from a model that never knew, as far as these measures can tell.", v.Chance(.54, .5, .05), "within the noise")
	noisy := api.Row{Estimates: api.Estimates{"recon_auc": {SE: .03}}}
	assert.InDelta(t, 1.96*.03*math.Sqrt2, noise("recon_auc", noisy, noisy), 1e-12)
	assert.Equal(t, gaugeGood, noise("recon_auc", api.Row{}, api.Row{}))
	rows := map[api.Slot]api.Row{api.After: row("lethe", 2, 0), api.Retrain: row("retrain", 17, 0)}
	seconds := measures[len(measures)-1]
	require.Equal(t, "seconds", seconds.Key)
	assert.Equal(t, "8.5 times faster than training again.", v.Reading(seconds, rows))
}

func TestWhat(t *testing.T) {
	for _, c := range []struct {
		f    api.Failure
		want string
	}{
		{api.Failure{Message: `interactions.csv, line 2: the rating is not a number: "four"; write it in digits`, File: "interactions.csv", Line: 2, Value: "four", Remedy: "write it in digits"}, "The rating is not a number."},
		{api.Failure{Message: "a.csv: the file is missing", File: "a.csv"}, "The file is missing."},
		{api.Failure{Message: "There is no such user.", Value: "17", Remedy: "Name another."}, "There is no such user."},
		{api.Failure{Message: "open shop: a.csv: bad", File: "a.csv"}, "Open shop: a.csv: bad."},
		{api.Failure{}, ""},
	} {
		assert.Equal(t, c.want, What(&c.f))
	}
}

// A name of any length must pass through vugu's buffer of 16 KB.
func TestLongNames(t *testing.T) {
	d := at(t, "?likes=0&request=item:x")
	d.arrive()
	o := opened(2)
	long := strings.Repeat("ä", 40<<10)
	for i := range o.Catalog {
		o.Catalog[i] = api.Item{ID: long, Title: long, Creator: long, Description: long, Category: []string{long}}
	}
	o.Name, o.Warnings = long, []string{long}
	d.answer(d.only(api.OpOpen), o)
	d.do(Ask{"item:" + long})
	for _, m := range regexp.MustCompile(`="([^"]*)"`).FindAllStringSubmatch(drawn(t, d.s), -1) {
		require.Less(t, len(m[1]), 8<<10, "%.60s", m[1])
	}
}

func readAll(t *testing.T, patterns ...string) string {
	var b strings.Builder
	for _, p := range patterns {
		files, err := filepath.Glob(p)
		require.NoError(t, err)
		for _, f := range files {
			if strings.HasSuffix(f, "_test.go") || strings.HasSuffix(f, "_gen.go") {
				continue
			}
			c, err := os.ReadFile(f)
			require.NoError(t, err)
			b.Write(c)
		}
	}
	return b.String()
}

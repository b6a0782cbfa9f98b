package ui

import (
	"encoding/csv"
	"encoding/json"
	"encoding/xml"
	"io"
	"math"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"lethe/recsys/api"
)

// lab is a page whose bench is under way.
func lab(t *testing.T, link string) *desk {
	d := at(t, link)
	d.open(5)
	d.do(StartBench{})
	return d
}

func TestBenchRunsItsPlan(t *testing.T) {
	d := lab(t, "?lab=1&models=bpr&methods=lethe,mask-only&forget=users:5%25,items:5%25&seeds=0,7&epochs=3")
	require.Equal(t, 2*(1+2*3), d.s.Bench.Total)
	var did []string
	for d.s.Bench.Job != 0 {
		for _, m := range d.posted() {
			switch m.Op {
			case api.OpTrain:
				c := head[api.Train](t, m)
				assert.Equal(t, 3, c.Train.Epochs)
				did = append(did, "train "+c.Model.Name)
				d.progress(m, api.Progress{Stage: "train", Done: 1, Total: 2, SecondsLeft: 20})
				assert.Contains(t, (&Lab{View{S: &d.s}}).Line(), "training BPR-MF, seed")
				d.answer(m, api.TrainResult{Model: "bpr", Seed: c.Train.Seed})
			case api.OpUnlearn:
				c := head[api.Unlearn](t, m)
				did = append(did, c.Method+" "+c.Request)
				if c.Method == "mask-only" && c.Request == "items:5%" {
					d.fail(m, api.Failure{Code: api.CodeUnsupported, Message: "It cannot serve this."})
					continue
				}
				d.answer(m, row(c.Method, float64(len(did)), .1))
			default:
				t.Fatal(m.Op)
			}
		}
	}
	one := []string{"train bpr", "retrain users:5%", "lethe users:5%", "mask-only users:5%", "retrain items:5%", "lethe items:5%", "mask-only items:5%"}
	assert.Equal(t, append(one, one...), did)
	require.Len(t, d.s.Bench.Rows, 12)
	last := d.s.Bench.Rows[11]
	assert.Equal(t, uint64(7), last.Seed)
	assert.Equal(t, "It cannot serve this.", last.Note)
	assert.Equal(t, 2.0, *d.s.Bench.Rows[1].RetrainSeconds, "Retrain's of the same request")
	assert.Equal(t, api.OpRecommend, d.only(api.OpRecommend).Op, "the shelf goes by what was trained last")

	// Sorted up, down, and as it ran; what has no number comes last.
	c := &Lab{View{S: &d.s}}
	at := func(key string) int {
		for k, col := range c.Columns() {
			if col.Key == key {
				return k
			}
		}
		return -1
	}
	d.do(SortBy{"seconds"})
	rows := c.Rows()
	assert.Equal(t, []string{"2.00", "–"}, []string{rows[0].Cells[at("seconds")], rows[11].Cells[at("seconds")]})
	assert.Equal(t, "ascending", c.Sorted("seconds"))
	d.do(SortBy{"seconds"})
	rows = c.Rows()
	assert.Equal(t, []string{"13.00", "–"}, []string{rows[0].Cells[at("seconds")], rows[11].Cells[at("seconds")]})
	d.do(SortBy{"seconds"})
	assert.Equal(t, "", d.s.Bench.Sort)
	assert.Nil(t, c.Sorted("seconds"))

	// The files and the command line.
	d.sent = nil
	d.do(SaveBench{"csv"}, SaveBench{"json"}, SaveBench{"svg"}, SaveBench{"png"})
	require.Len(t, d.sent, 4)
	table, err := csv.NewReader(strings.NewReader(string(d.sent[0].(Save).Body))).ReadAll()
	require.NoError(t, err)
	require.Len(t, table, 13)
	assert.Equal(t, []string{"model", "method", "request", "seed"}, table[0][:4])
	assert.Equal(t, []string{"bpr", "retrain", "users:5%", "0"}, table[1][:4])
	var back []Result
	require.NoError(t, json.Unmarshal(d.sent[1].(Save).Body, &back))
	assert.Equal(t, d.s.Bench.Rows[1].ForgetAUC, back[1].ForgetAUC)
	x := xml.NewDecoder(strings.NewReader(string(d.sent[2].(Save).Body)))
	circles := 0
	for {
		token, err := x.Token()
		if err == io.EOF {
			break
		}
		require.NoError(t, err, "the picture is well-formed")
		if e, ok := token.(xml.StartElement); ok && e.Name.Local == "circle" {
			circles++
		}
	}
	assert.Equal(t, 10, circles, "one for each row with figures")
	assert.Equal(t, "lethe bench -data demo -models bpr -methods retrain,lethe,mask-only -forget users:5%,items:5% -golds 1 -seed 0 -epochs 3\n"+
		"lethe bench -data demo -models bpr -methods retrain,lethe,mask-only -forget users:5%,items:5% -golds 1 -seed 7 -epochs 3", c.Command())
	assert.NotContains(t, drawn(t, d.s), `style=`)
}

func TestBenchStops(t *testing.T) {
	d := lab(t, "?lab=1")
	m := d.only(api.OpTrain)
	d.do(StopBench{}, StopBench{})
	assert.Equal(t, m.ID, head[api.Cancel](t, d.only(api.OpCancel)).Job)
	d.fail(m, api.Failure{Code: api.CodeCancelled})
	assert.Zero(t, d.s.Bench.Job)
	assert.Empty(t, d.s.Bench.Steps)
	assert.False(t, d.s.Busy())
}

// A model that cannot be trained has a row that says so, and the next one its turn.
func TestBenchGoesOnAfterAFailure(t *testing.T) {
	d := lab(t, "?lab=1&models=bpr,ease&methods=lethe&forget=users:5%25")
	d.fail(d.only(api.OpTrain), api.Failure{Code: api.CodeUnsupported, Message: "no room"})
	assert.Equal(t, "ease", head[api.Train](t, d.only(api.OpTrain)).Model.Name)
	assert.Equal(t, "No room.", d.s.Bench.Rows[0].Note)
}

func TestLabLink(t *testing.T) {
	d := at(t, "?lab=1")
	d.open(5)
	d.do(Set{LabModels, "ease", true}, Set{LabMethods, "lethe", false}, Set{Field: LabForgets, Value: "creator:O'Hara & Co, item:x"}, Set{Field: LabSeeds, Value: "3, x, 3,4"})
	l := ParseLink(d.s.Link.String())
	assert.Equal(t, d.s.Link, l)
	assert.Equal(t, []string{"bpr", "ease"}, l.BenchModels())
	assert.Equal(t, []string{"mask-only"}, l.BenchMethods())
	assert.Equal(t, []uint64{3, 4}, l.BenchSeeds())
	assert.Contains(t, (&Lab{View{S: &d.s}}).Command(), `'creator:O'\''Hara & Co,item:x'`)
	d.do(Set{LabModels, "ease", false}, Set{LabModels, "bpr", false}, StartBench{})
	assert.Empty(t, ParseLink(d.s.Link.String()).BenchModels(), "none is not silence")
	assert.Empty(t, d.posted())
	assert.NotContains(t, Link{Forgets: "user:ann"}.String(), "ann", "addresses name nobody")
}

// Text that a spreadsheet would run as a formula is text in the table.
func TestTheTableHoldsNoFormulas(t *testing.T) {
	for _, formula := range []string{"=1+2", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"} {
		rows := []Result{{Row: api.Row{Model: formula, Method: formula}}}
		list, err := csv.NewReader(strings.NewReader(benchCSV(rows))).ReadAll()
		require.NoError(t, err)
		for k, name := range list[0] {
			if name == "model" || name == "method" {
				assert.Equal(t, "'", list[1][k][:1], "%q", formula)
			}
		}
	}
	assert.Equal(t, "users:5%", harmless("users:5%"))
}

// Names of runs that came out alike stand apart, and the fourth on one spot is left to the table.
func TestNamesInThePlotStandApart(t *testing.T) {
	s := New(Link{})
	for _, name := range []string{"retrain", "lethe", "mmrecun", "fine-tune"} {
		s.Bench.Rows = append(s.Bench.Rows, Result{Row: row(name, 1, .001)})
	}
	s.Bench.Rows = append(s.Bench.Rows, Result{Row: row("far", 1, .2)})
	var at []string
	for _, m := range regexp.MustCompile(`class="plot-ink" x="([^"]+)" y="([^"]+)"[^>]*>([^<]+)<`).FindAllStringSubmatch(benchSVG(&s), -1) {
		at = append(at, m[3])
		for _, o := range regexp.MustCompile(`class="plot-ink" x="`+m[1]+`" y="([^"]+)"[^>]*>([^<]+)<`).FindAllStringSubmatch(benchSVG(&s), -1) {
			if o[2] != m[3] {
				a, _ := strconv.ParseFloat(m[2], 64)
				b, _ := strconv.ParseFloat(o[1], 64)
				assert.GreaterOrEqual(t, math.Abs(a-b), plotRow-.01, "%s and %s", m[3], o[2])
			}
		}
	}
	assert.Equal(t, []string{"retrain", "lethe", "mmrecun", "far"}, at)
}

package ui

import (
	"slices"
	"strings"

	"github.com/vugu/vugu"

	"lethe/recsys/api"
	"lethe/ui/chart"
	"lethe/ui/text"
)

// Forget is the third section: what must go, how, and the race against Retrain.
type Forget struct{ View }

// Kinds are those that the open data can serve.
func (c *Forget) Kinds() []Kind {
	d := &c.S.Data
	looks := slices.ContainsFunc(d.Info.Modalities, func(m api.Modality) bool { return m.Name == "image" })
	return slices.DeleteFunc(slices.Clone(Kinds), func(k Kind) bool {
		return d.Open && (k == ForgetCreator && len(d.Creators) == 0 || k == ForgetImage && !looks)
	})
}

// Value is what the request names.
func (c *Forget) Value() string {
	if c.S.Link.Request == "" || kindOf(c.S.Link.Request) != c.S.Forget.Kind {
		return ""
	}
	return text.Clip(valueOf(c.S.Link.Request), mostText)
}

// Ask reads the field of the chosen kind.
func (c *Forget) Ask(e vugu.DOMEvent) {
	v := strings.TrimSpace(e.PropString("target", "value"))
	if v == "" {
		c.Do(Ask{})
		return
	}
	c.Do(Ask{Request: RequestFor(c.S.Forget.Kind, v)})
}

// Pick asks to forget an item of the picture row.
func (c *Forget) Pick(i int) { c.Do(Ask{Request: RequestFor(c.S.Forget.Kind, c.S.Item(i).ID)}) }

// ByPrint reports whether the form asks for a print.
func (c *Forget) ByPrint() bool {
	return c.S.Forget.Kind == ForgetItem || c.S.Forget.Kind == ForgetImage
}

// blind are the models that see clicks only.
var blind = []string{"bpr", "lightgcn", "ease"}

const picks = 12

// Picks are prints to choose from: the visitor's clicks, then the wall.
func (c *Forget) Picks() []int {
	var list []int
	for _, i := range slices.Concat(c.S.Link.Likes, c.S.WallPage()) {
		if len(list) < picks && !slices.Contains(list, i) {
			list = append(list, i)
		}
	}
	return list
}

// mostUsers is how many identifiers the field suggests.
const mostUsers = 100

// Users are identifiers to choose from.
func (c *Forget) Users() vugu.HTML {
	var b strings.Builder
	ids := c.S.Data.Info.UserIDs
	for _, id := range ids[:min(len(ids), mostUsers)] {
		option(&b, id, "", false)
	}
	return vugu.HTML(b.String())
}

// UserLabel shows what an identifier looks like.
func (c *Forget) UserLabel() string {
	if ids := c.S.Data.Info.UserIDs; len(ids) > 0 {
		return c.T("forget.user.of", text.Clip(ids[0], mostName))
	}
	return c.T("forget.user")
}

// Touch is the dry run in a sentence.
func (c *Forget) Touch() string {
	f := &c.S.Forget
	switch {
	case !c.S.Data.Open || c.S.Link.Request == "":
		return c.T("touch.ask")
	case f.Problem != nil:
		return c.Told(f.Problem)
	case f.Touch == nil:
		return c.T("touch.counting")
	case f.Kind == ForgetImage && f.Touch.Items > 0 && c.S.Train.Result != nil && slices.Contains(blind, c.S.Train.Result.Model):
		return c.T("touch.image.blind", c.Known("model.", c.S.Train.Result.Model))
	case f.Kind == ForgetImage && f.Touch.Items > 0:
		return c.T("touch.image")
	case f.Touch.Pairs == f.Touch.Live && (f.Kind == ForgetVisitor || f.Kind == ForgetPhase):
		return c.T("touch.visitor")
	case f.Touch.Pairs == 0:
		return c.T("touch.nothing")
	default:
		return c.N("touch.pairs", f.Touch.Pairs) + " " + c.N("touch.users", f.Touch.Users) + " " + c.N("touch.items", f.Touch.Items) + " " +
			c.T("touch.share", text.Percent(f.Touch.Share)) + c.live() + c.shelfLoss()
	}
}

// live says how many of the clicks the model has not learned from yet.
func (c *Forget) live() string {
	if n := c.S.Forget.Touch.Live; n > 0 {
		return " " + c.N("touch.live", n)
	}
	return ""
}

// shelfLoss says how much of the visitor's own shelf would go.
func (c *Forget) shelfLoss() string {
	n, all := 0, c.S.Shelf.Ranking.Items
	for _, i := range all {
		if c.S.Affects(i) {
			n++
		}
	}
	if n == 0 || c.S.Forget.Unlearn.Phase == Finished {
		return ""
	}
	return " " + c.T("touch.shelf", text.Int(n), text.Int(len(all)))
}

// Whom are users whom the request touches most.
func (c *Forget) Whom() []int {
	if t := c.S.Forget.Touch; t != nil {
		return t.Touched[:min(len(t.Touched), mostWhom)]
	}
	return nil
}

const mostWhom = 6

// TouchClass goes with Touch.
func (c *Forget) TouchClass() string { return Class("touch", true, "bad", c.S.Forget.Problem != nil) }

// firstMethods stand in the short list.
var firstMethods = []string{DefaultMethod, "mmrecun"}

// Methods are the listed ways to forget: the short list, and the chosen one.
func (c *Forget) Methods() []api.Method {
	all := c.all()
	if c.S.Forget.AllShown {
		return all
	}
	var short []api.Method
	for _, name := range append(slices.Clone(firstMethods), c.S.Link.MethodName()) {
		for _, m := range all {
			if m.Name == name && !slices.ContainsFunc(short, func(o api.Method) bool { return o.Name == name }) {
				short = append(short, m)
			}
		}
	}
	return short
}

// all are the engine's methods but Retrain, which always runs beside the chosen one.
func (c *Forget) all() []api.Method {
	h := c.S.Engine.Hello
	if h == nil {
		return []api.Method{{Name: DefaultMethod, Guarantee: "approximate"}}
	}
	list := slices.DeleteFunc(slices.Clone(h.Methods), func(m api.Method) bool { return m.Name == string(api.Retrain) })
	slices.SortStableFunc(list, func(a, b api.Method) int { return rank(a.Name) - rank(b.Name) })
	return list
}

func rank(method string) int {
	if i := slices.Index(firstMethods, method); i >= 0 {
		return i
	}
	return len(firstMethods)
}

// MethodNote is a method in a sentence: this page's words, or the engine's.
func (c *Forget) MethodNote(m api.Method) string {
	if key := "method.note." + m.Name; text.Has(key) {
		return c.T(key)
	}
	return c.Said(m.Summary)
}

// MethodNoteIn is the Tongue of the MethodNote.
func (c *Forget) MethodNoteIn(m api.Method) any {
	if text.Has("method.note." + m.Name) {
		return nil
	}
	return c.Tongue(m.Summary)
}

// More is how many methods the short list leaves out.
func (c *Forget) More() int {
	if c.S.Forget.AllShown {
		return len(c.all())
	}
	return len(c.all()) - len(c.Methods())
}

// MoreText opens or closes the full list.
func (c *Forget) MoreText() string {
	if c.S.Forget.AllShown {
		return c.T("forget.fewer")
	}
	return c.N("forget.more", c.More())
}

// Lanes says how the two are run.
func (c *Forget) Lanes() string {
	if c.S.Race.Spare || c.S.Race.on() {
		return c.T("forget.race")
	}
	return c.T("forget.lanes")
}

// Lab is this page with the lab's engine.
func (c *Forget) Lab() string {
	l := c.S.Link
	l.Lab, l.Place = true, AtForget
	return l.String()
}

// OnTheWay reports whether a lane has moved, so that its way can be drawn.
func (c *Forget) OnTheWay() bool {
	return len(c.S.Forget.Unlearn.Curve) > 0 || len(c.S.Forget.Retrain.Curve) > 0
}

// GaugeWay is what the model still tells, step by step; RecallWay is its usefulness, beside Retrain's. Both lanes run
// from 0 to 100 % of their own steps.
func (c *Forget) GaugeWay() []Line {
	return []Line{c.way(&c.S.Forget.Unlearn, "after", func(p api.Point) (float64, bool) {
		if p.Gauge == nil {
			return 0, false
		}
		return *p.Gauge, true
	})}
}

func (c *Forget) RecallWay() []Line {
	recall := func(p api.Point) (float64, bool) {
		v, ok := p.Valid[validMeasure]
		return v, ok
	}
	return []Line{c.way(&c.S.Forget.Unlearn, "after", recall), c.way(&c.S.Forget.Retrain, "retrain", recall)}
}

func (c *Forget) way(l *Lane, whose string, of func(api.Point) (float64, bool)) Line {
	line := Line{Name: c.T("slot." + whose), Class: whose}
	if len(l.Curve) == 0 {
		return line
	}
	last := l.Curve[len(l.Curve)-1].Step
	if l.Phase == Running {
		last = max(last, l.Progress.Total)
	}
	for _, p := range l.Curve {
		if v, ok := of(p); ok {
			line.Points = append(line.Points, chart.XY{X: 100 * float64(p.Step) / float64(max(last, 1)), Y: v})
		}
	}
	return line
}

// Speed compares the two clocks.
func (c *Forget) Speed() string {
	f := &c.S.Forget
	a, b := f.Unlearn.Seconds(c.S.Now), f.Retrain.Seconds(c.S.Now)
	if f.Unlearn.Phase != Finished || f.Retrain.Phase != Finished || a <= 0 || b <= 0 {
		return ""
	}
	if x := b / a; x >= 1.05 {
		return c.T("forget.faster", text.Fixed(x, 1))
	}
	return c.T("forget.slower", text.Fixed(a/b, 1))
}

package ui

import (
	"html"
	"math"
	"strconv"
	"strings"

	"github.com/vugu/vugu"

	"lethe/recsys/api"
	"lethe/ui/text"
)

// View is what every component is given: the state to read and a way to say what
// happened. A component keeps nothing of its own.
type View struct {
	S     *State
	Do    func(Event)
	Pause func() // called before a component is built for the first time, so that a long first rendering can make way; may be nil
}

// Init is called by vugu on each new component.
func (v View) Init() {
	if v.Pause != nil {
		v.Pause()
	}
}

// T is the sentence under key in the visitor's language.
func (v View) T(key string, args ...string) string { return text.Of(v.S.Lang, key, args...) }

// N is the sentence under key for n things: key.one for one of them. The number is the first
// argument of the sentence.
func (v View) N(key string, n int, more ...string) string {
	if n == 1 && text.Has(key+".one") {
		key += ".one"
	}
	return v.T(key, append([]string{text.Int(n)}, more...)...)
}

// Known is the sentence under key where there is one, and otherwise the word itself.
func (v View) Known(prefix, word string) string {
	if key := prefix + word; text.Has(key) {
		return v.T(key)
	}
	return word
}

// most characters of a name in an attribute: vugu sends one in at most 16 KB.
const mostName = 120

// Title is what an item is called.
func (v View) Title(i int) string {
	it := v.S.Item(i)
	switch {
	case it.Title != "":
		return text.Clip(it.Title, mostName)
	case it.ID != "":
		return v.T("item", text.Clip(it.ID, mostName))
	}
	return v.T("item", text.Int(i))
}

// By is who made an item, "" where nobody knows.
func (v View) By(i int) string { return text.Clip(v.S.Item(i).Creator, mostName) }

// Alt describes an item's picture.
func (v View) Alt(i int) string {
	it := v.S.Item(i)
	if it.Description != "" {
		return text.Clip(it.Description, mostName)
	}
	if it.Creator != "" {
		return v.T("alt.by", v.Title(i), v.By(i))
	}
	return v.Title(i)
}

// No is an item's number as the page's script reads it.
func No(i int) string { return strconv.Itoa(i) }

// Num writes a number as the visitor's language does.
func (v View) Num(s string) string { return text.Local(v.S.Lang, s) }

// Image is the address of an item's picture, "" where the site has none: what a
// visitor dropped is not fetched, here or elsewhere.
func (v View) Image(i int) string {
	src := v.S.Item(i).Image
	if src == "" || strings.Contains(src, ":") || !v.S.Data.Demo {
		return ""
	}
	return DemoURL + src
}

// Tint is one of six quiet colours for a card without a picture.
func (v View) Tint(i int) string {
	h := uint32(2166136261)
	for _, c := range []byte(v.S.Item(i).ID) {
		h = (h ^ uint32(c)) * 16777619
	}
	return "card tint-" + text.Int(int(h%6))
}

// Options are the choices of a select: none under the key, and the facets with their
// counts. They are one piece of HTML, since a hundred elements would slow every
// rendering down.
func (v View) Options(none string, facets []Facet, chosen string) vugu.HTML {
	var b strings.Builder
	option(&b, "", v.T(none), chosen == "")
	for _, f := range facets {
		option(&b, f.Name, v.T("facet", text.Clip(f.Name, mostName), text.Int(f.Count)), f.Name == chosen)
	}
	return vugu.HTML(b.String())
}

func option(b *strings.Builder, value, label string, chosen bool) {
	b.WriteString(`<option value="` + html.EscapeString(value) + `"`)
	if chosen {
		b.WriteString(` selected=""`)
	}
	b.WriteString(">" + html.EscapeString(label) + "</option>")
}

// Class joins the classes whose condition holds: Class("a", true, "b", false) is "a".
func Class(pairs ...any) string {
	var on []string
	for i := 0; i+1 < len(pairs); i += 2 {
		if yes, _ := pairs[i+1].(bool); yes {
			on = append(on, pairs[i].(string))
		}
	}
	return strings.Join(on, " ")
}

// Pressed is the value of aria-pressed and its like.
func Pressed(yes bool) string {
	if yes {
		return "true"
	}
	return "false"
}

// Left says how long a job still takes.
func (v View) Left(p api.Progress) string {
	switch s := p.SecondsLeft; {
	case s < 0 || p.Total == 0 && s == 0:
		return v.T("left.unknown")
	case s < 1.5:
		return v.T("left.moment")
	case s < 90:
		return v.T("left.seconds", text.Int(int(s+.5)))
	default:
		return v.T("left.minutes", text.Int(int(s/60+.5)))
	}
}

// Aloud is progress for those who hear the page: news once in a tenth of the way or ten seconds, not ten times a second.
func (v View) Aloud(p api.Progress) string {
	return v.T("aloud", text.Int(Share(p)/10*10), v.Left(tens(p)))
}

// tens rounds the seconds left.
func tens(p api.Progress) api.Progress {
	if s := p.SecondsLeft; s >= 1.5 && s < 90 {
		p.SecondsLeft = 10 * math.Ceil(s/10)
	}
	return p
}

// Share is how much of a job is done, in per cent.
func Share(p api.Progress) int {
	if p.Total <= 0 {
		return 0
	}
	return max(0, min(100, 100*p.Done/p.Total))
}

// Here is the notice for a place, nil where there is none.
func (v View) Here(p Place) *Notice {
	if v.S.Notice != nil && v.S.Notice.Place == p {
		return v.S.Notice
	}
	return nil
}

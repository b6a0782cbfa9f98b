package ui

import (
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// Place is a section of the page.
type Place string

// The sections, in the order of the page.
const (
	AtTaste   Place = "taste"
	AtMap     Place = "map"
	AtTrain   Place = "train"
	AtForget  Place = "forget"
	AtCompare Place = "compare"
	AtDoubt   Place = "doubt"
	AtLab     Place = "lab"
	AtData    Place = "data"
)

// Places in the order of the page.
var Places = []Place{AtTaste, AtMap, AtTrain, AtForget, AtCompare, AtDoubt, AtLab, AtData}

// Link is the part of the state that lives in the URL, so that a page can be
// shared, reloaded and gone back to. The zero value is the plain address.
type Link struct {
	Place   Place
	Likes   []int  // the visitor's clicks, in order
	Query   string // the wall's filter
	Creator string
	Theme   string
	Page    int // of the wall, from 0
	Similar int // item whose neighbours are shown, from 1; 0 is none
	Model   string
	Epochs  int
	Seed    int    // of training and forgetting
	Request string // what to forget, in the grammar of the command line
	Method  string
	User    int    // whose lists are compared, from 1; 0 is the visitor
	Backend string // what to compute with; "" leaves it to the engine
	// The lab's choices, comma-separated; "" is the suggestion.
	Models, Methods, Forgets, Seeds string

	Did    []string // what was done, as repeat.go names it
	Tables []string // charts whose table is open
	Slot   string   // whose map is shown; "" is all there are

	Lang string // "" is the browser's
	Lab  bool   // the lab's engine computes, which has all methods; it is read when the page opens
}

// What the page suggests where the link is silent.
const (
	DefaultModel  = "lightgcn"
	DefaultMethod = "lethe"
	DefaultEpochs = 60
	MostEpochs    = 1000
	mostLikes     = 200
	mostNumber    = 1 << 30
	mostText      = 200  // characters of a filter in a link
	mostRequest   = 1200 // of a request, which may name every click
)

// ModelName is the chosen model.
func (l Link) ModelName() string {
	if l.Model == "" {
		return DefaultModel
	}
	return l.Model
}

// MethodName is the chosen unlearning method.
func (l Link) MethodName() string {
	if l.Method == "" {
		return DefaultMethod
	}
	return l.Method
}

// EpochCount is the chosen number of epochs.
func (l Link) EpochCount() int {
	if l.Epochs == 0 {
		return DefaultEpochs
	}
	return l.Epochs
}

// String is the link as query and fragment, "" for the zero value.
func (l Link) String() string {
	v := url.Values{}
	text := func(key, value string) {
		if value != "" {
			v.Set(key, value)
		}
	}
	number := func(key string, n int) {
		if n != 0 {
			v.Set(key, strconv.Itoa(n))
		}
	}
	from1 := func(key string, n int) {
		if n > 0 {
			v.Set(key, strconv.Itoa(n-1))
		}
	}
	likes := make([]string, len(l.Likes))
	for i, item := range l.Likes {
		likes[i] = strconv.Itoa(item)
	}
	text("likes", strings.Join(likes, "."))
	text("q", l.Query)
	text("creator", l.Creator)
	text("theme", l.Theme)
	number("page", l.Page)
	from1("similar", l.Similar)
	text("model", l.Model)
	number("epochs", l.Epochs)
	number("seed", l.Seed)
	if kindOf(l.Request) != ForgetUser { // addresses stay in the browser's history: they name nobody
		text("request", l.Request)
	}
	text("method", l.Method)
	from1("user", l.User)
	text("backend", l.Backend)
	text("lang", l.Lang)
	text("models", l.Models)
	text("methods", l.Methods)
	if !strings.Contains(l.Forgets, string(ForgetUser)+":") { // as above
		text("forget", l.Forgets)
	}
	text("seeds", l.Seeds)
	if kindOf(l.Request) == ForgetUser { // which nobody can forget without the name
		l.undid(order(stepForget))
	}
	text("did", strings.Join(l.Did, "."))
	text("tables", strings.Join(l.Tables, "."))
	text("map", l.Slot)
	if l.Lab {
		text("lab", "1")
	}
	s := ""
	if len(v) > 0 {
		s = "?" + v.Encode()
	}
	if l.Place != "" {
		s += "#" + string(l.Place)
	}
	return s
}

// ParseLink reads query and fragment, for example "?likes=3.14#forget". What it
// does not understand it leaves out: a link is a wish, never an error.
func ParseLink(s string) Link {
	query, fragment, _ := strings.Cut(s, "#")
	v, _ := url.ParseQuery(strings.TrimPrefix(query, "?"))
	clipped := func(key string, most int) string {
		r := []rune(v.Get(key))
		return string(r[:min(len(r), most)])
	}
	text := func(key string) string { return clipped(key, mostText) }
	number := func(key string, most int) int {
		n, err := strconv.Atoi(v.Get(key))
		if err != nil || n < 0 || n > most {
			return 0
		}
		return n
	}
	from1 := func(key string) int {
		if n, err := strconv.Atoi(v.Get(key)); err == nil && n >= 0 && n < mostNumber {
			return n + 1
		}
		return 0
	}
	l := Link{
		Query: text("q"), Creator: text("creator"), Theme: text("theme"),
		Page: number("page", mostNumber), Similar: from1("similar"),
		Model: text("model"), Epochs: number("epochs", MostEpochs), Seed: number("seed", mostNumber),
		Request: clipped("request", mostRequest), Method: text("method"), User: from1("user"),
		Backend: text("backend"), Lang: text("lang"), Models: text("models"), Methods: text("methods"), Forgets: text("forget"), Seeds: text("seeds"), Lab: v.Has("lab"),
		Did: steps(v.Get("did")), Tables: tables(v.Get("tables")),
	}
	for _, p := range Places {
		if string(p) == fragment {
			l.Place = p
		}
	}
	for _, s := range Slots {
		if string(s) == v.Get("map") {
			l.Slot = string(s)
		}
	}
	l.Likes = numbers(v.Get("likes"), mostLikes)
	return l
}

// charts that have a table.
var charts = []string{"map", "recall", "loss", "way-gauge", "way-recall", "relearn", "residue"}

// tables reads "map.loss", each once, and leaves out what is none.
func tables(s string) (list []string) {
	for _, name := range strings.Split(s, ".") {
		if slices.Contains(charts, name) && !slices.Contains(list, name) {
			list = append(list, name)
		}
	}
	return list
}

// numbers reads "3.14", each once, and leaves out what is none.
func numbers(s string, most int) (list []int) {
	for _, part := range strings.Split(s, ".") {
		if n, err := strconv.Atoi(part); err == nil && n >= 0 && len(list) < most && !slices.Contains(list, n) {
			list = append(list, n)
		}
	}
	return list
}

// RequestFor writes a request in the grammar of the command line.
func RequestFor(kind Kind, value string) string {
	if kind == ForgetVisitor {
		return string(kind)
	}
	switch kind {
	case ForgetImage:
		return imageOf + value
	case ForgetPhase:
		return clicksOf + value
	}
	return string(kind) + ":" + value
}

// What a request for the look of an item begins with, and one for some of the visitor's clicks.
const (
	imageOf  = "modality:image@"
	clicksOf = string(ForgetVisitor) + ":"
)

// kindOf is the kind of a request, "" where the page has no form for it.
func kindOf(request string) Kind {
	if strings.HasPrefix(request, imageOf) {
		return ForgetImage
	}
	if strings.HasPrefix(request, clicksOf) {
		return ForgetPhase
	}
	name, _, _ := strings.Cut(request, ":")
	for _, k := range Kinds {
		if string(k) == name && k != ForgetImage && k != ForgetPhase {
			return k
		}
	}
	return ""
}

// valueOf is what follows the kind in a request.
func valueOf(request string) string {
	if value, is := strings.CutPrefix(request, imageOf); is {
		return value
	}
	_, value, _ := strings.Cut(request, ":")
	return value
}

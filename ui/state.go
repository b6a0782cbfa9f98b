package ui

import (
	_ "embed"
	"encoding/json"
	"slices"

	"lethe/recsys/api"
)

// State is everything the page shows. Apply never changes a state it was given:
// slices are copied before they are written to.
type State struct {
	Lang    string
	Prefers []string // languages that the browser would like, best first
	Now     float64  // the page's clock in seconds, moved by Tick
	Link    Link     // the part that lives in the URL
	Engine  Engine
	Data    Data
	Shelf   Shelf
	Train   Training
	Forget  Forgetting
	Race    Racing
	Erase   Erasing
	Compare Comparing
	Look    Looking
	Atlas   Mapping
	Doubt   Doubting
	Bench   Bench
	Keep    Keeping
	Notice  *Notice
	Jobs    []Job // commands that wait for Done or Failed
	LastID  int   // of the last command sent
	Repeat  Repeating
	Theme   string // "", "light", "dark"
}

// Engine is what is known of the compute thread.
type Engine struct {
	Hello    *api.Hello    // nil until it has spoken
	Dead     string        // why it cannot work, where it cannot
	Computes *api.Computes // with what, and why; nil until it has said so
	Held     *OpenFiles    // dropped before the page's own data were open: next
}

// Data is the open data set.
type Data struct {
	Open     bool
	Demo     bool
	Opening  bool       // another one is on its way
	Own      string     // names of the files on their way
	Info     api.Opened // Catalog included
	Creators []Facet
	Themes   []Facet
	Wall     []int // items that pass the filter, in catalogue order
}

// Facet is a value that items share, and how many do.
type Facet struct {
	Name  string
	Count int
}

// Shelf is the ranked list beside the wall.
type Shelf struct {
	Job      int // whose answer is awaited
	Asked    int // clicks that the awaited ranking goes by
	Clicks   int // clicks that the shown ranking goes by
	Ranking  api.Ranking
	Before   []int // items of the ranking shown before, for the moves
	Turn     int   // counts rankings, so that a new one can be seen to arrive
	Similar  api.Ranking
	SimJob   int
	Stale    bool // clicks wait until the engine is free
	ByForgot bool // ranked by the model that has forgotten
}

// Training is the Train section.
type Training struct {
	Job      int
	Began    float64
	Epochs   int // asked for
	Stopping bool
	Progress api.Progress
	Curve    []api.Point
	Result   *api.TrainResult
	Snapshot bool // Result came with the data
	Stopped  bool // the last run was cancelled
}

// Forgetting is the Forget section: a dry run and two lanes.
type Forgetting struct {
	Kind     Kind // which kind of request the form shows
	Resolve  int  // job of the dry run
	Touch    *api.Forget
	Problem  *api.Failure // why the request cannot be resolved
	Unlearn  Lane
	Retrain  Lane
	Done     string // the request that the lanes serve
	AllShown bool   // all methods are listed
}

// Kind is a kind of forget request on the page.
type Kind string

// The kinds.
const (
	ForgetItem    Kind = "item"
	ForgetCreator Kind = "creator"
	ForgetImage   Kind = "image" // of an item, whose text may stay
	ForgetUser    Kind = "user"
	ForgetVisitor Kind = "visitor"
	ForgetPhase   Kind = "phase" // some of the visitor's clicks
)

// Kinds in the order the page shows them.
var Kinds = []Kind{ForgetCreator, ForgetItem, ForgetImage, ForgetUser, ForgetPhase, ForgetVisitor}

// Phase is how far a lane is.
type Phase string

// The phases.
const (
	Idle      Phase = ""
	Waiting   Phase = "waiting"
	Running   Phase = "running"
	Finished  Phase = "finished"
	Failed    Phase = "failed"
	Cancelled Phase = "cancelled"
)

// Lane is one of the two ways to forget, with its clock.
type Lane struct {
	Method   string
	Job      int
	Phase    Phase
	Began    float64
	Took     float64 // seconds, once finished
	Stopping bool
	Progress api.Progress
	Curve    []api.Point
	Row      *api.Row
	Failure  *api.Failure
}

// Seconds is the lane's clock: running, or the engine's own time once it is there.
func (l *Lane) Seconds(now float64) float64 {
	switch {
	case l.Row != nil && l.Row.Seconds != nil:
		return *l.Row.Seconds
	case l.Phase == Running:
		return now - l.Began
	}
	return l.Took
}

// Comparing is the Compare section.
type Comparing struct {
	Job    int
	Result *api.Comparison
}

// Notice is a message beside the place it concerns.
type Notice struct {
	Place   Place
	Failure api.Failure
}

// Job is a command on its way.
type Job struct {
	ID int
	Op api.Op
}

// PageSize is how many prints the wall shows at a time: it fills rows of 2, 3, 4
// and 6 and keeps the tree small.
const PageSize = 36

// The lengths of the ranked lists.
const (
	ShelfSize   = 12
	SimilarSize = 12
	CompareSize = 10
)

// first is the demo catalogue's first page, so that the page as it is served and the
// page before the engine has spoken show the same prints.
//
//go:embed first.json
var first []byte

// firstShelf is what the demo's model recommends to whoever has clicked nothing, best first, with the numbers of the
// items: the page is served with it. TestFirstPrints of wasm/sitetest sees that the engine says the same.
//
//go:embed first_shelf.json
var firstShelf []byte

// New is the page before the engine has spoken: words to read and prints to look at.
// With link's zero value it is the page as it is served.
func New(link Link) State {
	s := State{Lang: "en", Link: link, Repeat: Repeating{Steps: link.Did}, Forget: Forgetting{Kind: kindOf(link.Request)}}
	if err := json.Unmarshal(first, &s.Data.Info.Catalog); err != nil {
		panic("ui: first.json does not decode")
	}
	s.Data.Demo = true
	for i := range s.Data.Info.Catalog {
		s.Data.Wall = append(s.Data.Wall, i)
	}
	var shelf []struct {
		Index int
		Item  api.Item
	}
	if err := json.Unmarshal(firstShelf, &shelf); err != nil {
		panic("ui: first_shelf.json does not decode")
	}
	if len(link.Likes) > 0 || link.Similar > 0 { // these are somebody's own
		return s
	}
	for _, e := range shelf {
		if missing := e.Index + 1 - len(s.Data.Info.Catalog); missing > 0 {
			s.Data.Info.Catalog = append(s.Data.Info.Catalog, make([]api.Item, missing)...)
		}
		s.Data.Info.Catalog[e.Index] = e.Item
		s.Shelf.Ranking.Items = append(s.Shelf.Ranking.Items, e.Index)
	}
	return s
}

// Busy reports whether a job is running that changes the model.
func (s *State) Busy() bool {
	return s.Train.Job != 0 || s.Bench.Job != 0 || s.Erase.Job != 0 || s.Forget.Unlearn.Job != 0 || s.Forget.Retrain.Job != 0 || s.Look.RelearnJob != 0
}

// Ready reports whether there is a model to recommend with.
func (s *State) Ready() bool { return s.Data.Open && s.Train.Result != nil }

// Serving is the slot that the shelf is ranked by: the model that has forgotten,
// where there is one.
func (s *State) Serving() api.Slot {
	if s.Forget.Unlearn.Phase == Finished {
		return api.After
	}
	return api.Before
}

// Item is an entry of the catalogue, or an empty one for a number outside it.
func (s *State) Item(i int) api.Item {
	if i < 0 || i >= len(s.Data.Info.Catalog) {
		return api.Item{}
	}
	return s.Data.Info.Catalog[i]
}

// Pages is how many pages the wall has.
func (s *State) Pages() int { return (len(s.Data.Wall) + PageSize - 1) / PageSize }

// WallPage is the items on the wall's current page.
func (s *State) WallPage() []int {
	page := s.Link.Page
	if !s.Data.Open {
		page = 0
	}
	from := min(page*PageSize, len(s.Data.Wall))
	return s.Data.Wall[from:min(from+PageSize, len(s.Data.Wall))]
}

// Likes reports whether the visitor clicked an item.
func (s *State) Likes(item int) bool {
	return slices.Contains(s.Link.Likes, item)
}

// Affected are the items that the request would take away: all of a creator's, one, or clicks of the visitor's.
func (s *State) Affected() []int {
	kind, value := kindOf(s.Link.Request), valueOf(s.Link.Request)
	var list []int
	if kind == ForgetPhase {
		return s.Phase()
	}
	if value == "" || kind != ForgetCreator && kind != ForgetItem {
		return nil
	}
	for i := range s.Data.Info.Catalog {
		if s.Affects(i) {
			list = append(list, i)
		}
	}
	return list
}

// Affects reports whether the request would take an item away.
func (s *State) Affects(i int) bool {
	it := s.Item(i)
	switch value := valueOf(s.Link.Request); kindOf(s.Link.Request) {
	case ForgetCreator:
		return it.Creator == value && it.ID != "" && value != ""
	case ForgetItem:
		return it.ID == value && value != ""
	}
	return false
}

func (s *State) waits(op api.Op) bool {
	return slices.ContainsFunc(s.Jobs, func(j Job) bool { return j.Op == op })
}

package ui

import (
	"slices"
	"strings"

	"lethe/recsys/api"
	"lethe/ui/text"
)

// Event is something that happened: a visitor's act, a message of the engine, the
// clock. Its method is what it means for the state.
type Event interface {
	apply(State) (State, []Command)
}

// Command is something to be done outside: one of the types below, or Persist.
type Command any

// Commands.
type (
	// Post sends a message to the engine.
	Post struct{ api.Message }
	// PostFiles sends a message with bytes that the host holds under a ticket, so that they need not pass through the
	// page's memory: Open with files, or what KeepBody kept.
	PostFiles struct {
		api.Message
		Ticket int
	}
	// RankFirst asks the table that came before the engine; First is the answer.
	RankFirst struct{ Likes []int }
	// Visit changes the address: a new entry of the history, or in place.
	Visit struct {
		URL string
		New bool
	}
	// Reveal scrolls an element into view and moves the keyboard's focus there.
	Reveal struct{ ID string }
	// Paint sets the colour scheme: "", "light" or "dark".
	Paint struct{ Theme string }
	// Speak sets the document's language.
	Speak struct{ Lang, Title string }
	// Hold keeps the page for days without a network, and the pictures named, so that
	// from then on the network hears nothing of what the visitor looks at.
	Hold struct{ Images []string }
	// Save offers bytes as a file.
	Save struct {
		Name string
		Body []byte
	}
)

// Apply is the page's whole behaviour: the next state and what to do, from what is
// and what happened. It is pure.
func Apply(s State, e Event) (State, []Command) {
	before := s.Link
	s, commands := e.apply(s)
	if _, moved := e.(Came); !moved {
		s.stillSo(before)
	}
	if held := s.Engine.Held; held != nil && !s.starting() {
		s.Engine.Held = nil
		var more []Command
		s, more = held.apply(s)
		commands = append(commands, more...)
	}
	if after := s.Link; after.String() != before.String() {
		if _, moved := e.(Came); !moved {
			commands = append(commands, Visit{URL: after.String(), New: after.Place == before.Place && notable(before, after)})
		}
	}
	return s, commands
}

// notable reports whether a step back should undo the change: choices are, typing
// and scrolling are not.
func notable(a, b Link) bool {
	a.Query, a.Place, a.Epochs, a.Did = b.Query, b.Place, b.Epochs, b.Did
	return a.String() != b.String()
}

// Tick moves the clock, in seconds since the page began.
type Tick struct{ Now float64 }

func (e Tick) apply(s State) (State, []Command) {
	s.Now = e.Now
	return s, nil
}

// Came is a visit through the address bar or the history.
type Came struct{ Link Link }

func (e Came) apply(s State) (State, []Command) {
	likes, request := s.Link.Likes, s.Link.Request
	var all []Command
	spoke := s.Link.Lang
	s.Link = e.Link
	if e.Link.Lang != spoke {
		s, all = s.speaking()
	}
	s.Link.Likes = s.validLikes(e.Link.Likes)
	s = s.filtered(false)
	s.Forget.Kind = kindOf(s.Link.Request)
	if !slices.Equal(likes, s.Link.Likes) {
		var more []Command
		s, more = s.liked()
		all = append(all, more...)
	}
	if request != s.Link.Request {
		var more []Command
		s, more = s.resolved()
		all = append(all, more...)
	}
	s, more := s.similar()
	return s, append(all, more...)
}

// Scrolled says which section is in view.
type Scrolled struct{ Place Place }

func (e Scrolled) apply(s State) (State, []Command) {
	s.Link.Place = e.Place
	if e.Place == Places[0] {
		s.Link.Place = ""
	}
	if e.Place == AtMap {
		s.Atlas.Seen = true
	}
	return s.mapped()
}

// Held says that what Hold asked for is here.
type Held struct{}

func (Held) apply(s State) (State, []Command) {
	s.Keep.Held = true
	return s, nil
}

// Dismiss takes the notice away.
type Dismiss struct{}

func (Dismiss) apply(s State) (State, []Command) {
	s.Notice = nil
	return s, nil
}

// ShowTable opens or closes the table under a chart.
type ShowTable struct{ Name string }

func (e ShowTable) apply(s State) (State, []Command) {
	if i := slices.Index(s.Link.Tables, e.Name); i >= 0 {
		s.Link.Tables = slices.Delete(slices.Clone(s.Link.Tables), i, i+1)
	} else {
		s.Link.Tables = append(slices.Clone(s.Link.Tables), e.Name)
	}
	return s, nil
}

// SwitchTheme goes from the system's colours to light, to dark and back.
type SwitchTheme struct{}

func (SwitchTheme) apply(s State) (State, []Command) {
	s.Theme = map[string]string{"": "light", "light": "dark", "dark": ""}[s.Theme]
	return s, []Command{Paint{s.Theme}}
}

// Language goes over to a language; the address remembers it.
type Language struct{ Lang string }

func (e Language) apply(s State) (State, []Command) {
	s.Link.Lang = e.Lang
	return s.speaking()
}

// Prefers says what the browser would like, best first. The address goes before it.
type Prefers struct{ Languages []string }

func (e Prefers) apply(s State) (State, []Command) {
	s.Prefers = e.Languages
	return s.speaking()
}

func (s State) speaking() (State, []Command) {
	s.Lang = text.Choose(append([]string{s.Link.Lang}, s.Prefers...)...)
	return s, []Command{Speak{s.Lang, text.Of(s.Lang, "title")}}
}

// Broke says that the engine cannot work in this browser, or died; without a reason,
// that it could not be loaded.
type Broke struct{ Why string }

func (e Broke) apply(s State) (State, []Command) {
	if e.Why == "" {
		e.Why = text.Of(s.Lang, "dead.load")
	}
	s.Engine.Dead = e.Why
	s.Jobs = nil
	s.Data.Opening = false
	s.Train.Job, s.Train.Stopping = 0, false
	s.Bench.Job, s.Bench.Steps, s.Bench.Stopping = 0, nil, false
	s.Look.RelearnJob, s.Look.RelearnStopping = 0, false
	for _, l := range []*Lane{&s.Forget.Unlearn, &s.Forget.Retrain} {
		if l.Job != 0 {
			l.Job, l.Phase, l.Stopping = 0, Failed, false
			l.Row, l.Failure = nil, &api.Failure{Code: api.CodeInternal, Message: e.Why}
		}
	}
	return s.raced()
}

// post sends a command and remembers that an answer is due.
func (s State) post(op api.Op, head any) (State, int, []Command) {
	s.LastID++
	s.Jobs = append(slices.Clone(s.Jobs), Job{ID: s.LastID, Op: op})
	return s, s.LastID, []Command{Post{api.NewMessage(s.LastID, op, head, nil)}}
}

// cancel asks the engine to stop a job. The job's own answer ends it.
func (s State) cancel(job int) (State, []Command) {
	s, _, commands := s.post(api.OpCancel, api.Cancel{Job: job})
	return s, commands
}

// validLikes are the clicks that the open catalogue knows.
func (s *State) validLikes(likes []int) []int {
	if !s.Data.Open {
		return likes
	}
	return slices.DeleteFunc(slices.Clone(likes), func(i int) bool { return i >= len(s.Data.Info.Catalog) })
}

// filtered makes the wall anew from the link's filter.
func (s State) filtered(firstPage bool) State {
	words := strings.Fields(strings.ToLower(s.Link.Query))
	wall := make([]int, 0, len(s.Data.Info.Catalog))
	for i, it := range s.Data.Info.Catalog {
		if it.ID == "" { // erased
			continue
		}
		if s.Link.Creator != "" && it.Creator != s.Link.Creator || s.Link.Theme != "" && !slices.Contains(it.Category, s.Link.Theme) {
			continue
		}
		if len(words) > 0 {
			said := strings.ToLower(it.Title + " " + it.Creator + " " + it.ID + " " + strings.Join(it.Category, " ") + " " + it.Description)
			if slices.ContainsFunc(words, func(w string) bool { return !strings.Contains(said, w) }) {
				continue
			}
		}
		wall = append(wall, i)
	}
	s.Data.Wall = wall
	if firstPage || s.Link.Page >= s.Pages() {
		s.Link.Page = 0
	}
	return s
}

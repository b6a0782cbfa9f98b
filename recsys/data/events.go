package data

import (
	"cmp"
	"slices"
	"sort"
	"strconv"
	"strings"
)

// Event is when a training interaction took place and until when it may be used, in seconds
// since 1970; 0 stands for unknown, and for no end.
type Event struct {
	Pair
	At, Until float64
}

// sessionGap is how long a user pauses between two sessions, in seconds: the usual half hour.
const sessionGap = 30 * 60

// milliseconds is where times can only be milliseconds: as seconds they lie past the year 5000.
const milliseconds = 1e11

func seconds(t float64) float64 {
	if t > milliseconds {
		return t / 1000
	}
	return t
}

// eventsOf are the events of interactions that x still has. What an interaction leaves behind must not
// tell that it was there.
func eventsOf(all []Event, x *Interactions) []Event {
	var left []Event
	for _, e := range all {
		if x.Has(int(e.User), int(e.Item)) {
			left = append(left, e)
		}
	}
	return left
}

// event is that of an interaction, empty where nothing is known.
func (d *Dataset) event(p Pair) Event {
	at := sort.Search(len(d.Events), func(k int) bool { return comparePairs(d.Events[k].Pair, p) >= 0 })
	if at == len(d.Events) || d.Events[at].Pair != p {
		return Event{Pair: p}
	}
	return d.Events[at]
}

// WithTrain is d with other training interactions and the events of those.
func (d *Dataset) WithTrain(x *Interactions) *Dataset {
	out := *d
	out.Train, out.Events = x, eventsOf(d.Events, x)
	return &out
}

// sessions are a user's training interactions in order of time, cut where the user paused.
func (d *Dataset) sessions(u int32) [][]Event {
	var row []Event
	for at := sort.Search(len(d.Events), func(k int) bool { return d.Events[k].User >= u }); at < len(d.Events) && d.Events[at].User == u; at++ {
		if d.Events[at].At != 0 {
			row = append(row, d.Events[at])
		}
	}
	slices.SortFunc(row, func(a, b Event) int { return cmp.Or(cmp.Compare(a.At, b.At), cmp.Compare(a.Item, b.Item)) })
	var all [][]Event
	for k, e := range row {
		if k == 0 || e.At-row[k-1].At > sessionGap {
			all = append(all, nil)
		}
		all[len(all)-1] = append(all[len(all)-1], e)
	}
	return all
}

// session finds the interactions of USER/N, N from 1, the first session.
func (v *resolver) session(r Request) ([]Pair, error) {
	at := strings.LastIndexByte(r.Name, '/')
	u, err := v.user(r.Name[:at])
	if err != nil {
		return nil, err
	}
	all := v.d.sessions(u)
	n, err := strconv.Atoi(r.Name[at+1:])
	if err != nil || n < 1 || n > len(all) {
		e := &Error{Value: r.Text, Problem: "the user has no session of this number", Remedy: "there are 1 to " + strconv.Itoa(len(all))}
		if len(all) == 0 {
			e.Problem, e.Remedy = "nothing says when the user's interactions took place", "bring interactions with a column timestamp, or name the interactions"
		}
		return nil, e
	}
	return pairsOf(all[n-1]), nil
}

// expired finds the interactions that may be used until the request's time at the latest.
func (v *resolver) expired(r Request) ([]Pair, error) {
	limit, _ := parseTime(r.Name)
	some, over := false, []Event(nil)
	for _, e := range v.d.Events {
		some = some || e.Until > 0
		if e.Until > 0 && e.Until <= limit {
			over = append(over, e)
		}
	}
	switch {
	case !some:
		return nil, &Error{Value: r.Text, Problem: "no interaction of the data set expires", Remedy: "bring interactions with a column expires"}
	case len(over) == 0:
		return nil, &Error{Value: r.Text, Problem: "no interaction has expired by then", Remedy: "name a later time"}
	}
	return pairsOf(over), nil
}

func pairsOf(events []Event) []Pair {
	pairs := make([]Pair, len(events))
	for k, e := range events {
		pairs[k] = e.Pair
	}
	return pairs
}

// parseTime reads a day, 2026-12-31, of which the end is meant, or seconds since 1970.
func parseTime(s string) (seconds float64, ok bool) {
	if n, err := strconv.ParseInt(s, 10, 64); err == nil && n > 0 {
		return float64(n), true
	}
	part := strings.Split(s, "-")
	if len(part) != 3 || len(part[0]) != 4 || len(part[1]) != 2 || len(part[2]) != 2 {
		return 0, false
	}
	var n [3]int
	for k, p := range part {
		x, err := strconv.Atoi(p)
		if err != nil || x < 0 {
			return 0, false
		}
		n[k] = x
	}
	year, month, day := n[0], n[1], n[2]
	if month < 1 || month > 12 || day < 1 || day > 31 {
		return 0, false
	}
	// Days since 1970-01-01, the year beginning in March (Hinnant, chrono-compatible algorithms).
	if month <= 2 {
		year, month = year-1, month+12
	}
	days := 365*year + year/4 - year/100 + year/400 + (153*(month-3)+2)/5 + day - 1 - 719468
	return float64(days+1)*86400 - 1, true
}

package session

import (
	"time"

	"lethe/recsys/api"
)

// stopwatch gives the points of a curve their times: whoever records a curve below
// this package has no clock. It also keeps the highest use of memory it saw.
type stopwatch struct {
	s     *Session
	start time.Time
	at    map[int]float64 // by step
	peak  int64
}

func (s *Session) stopwatch() *stopwatch {
	w := &stopwatch{s: s, start: s.opt.Now(), at: map[int]float64{}}
	w.weigh()
	return w
}

func (w *stopwatch) weigh() {
	if w.s.opt.Memory != nil {
		w.peak = max(w.peak, w.s.opt.Memory())
	}
}

// peakBytes is the highest use of memory at any report, nil where it is not known.
func (w *stopwatch) peakBytes() *int64 {
	w.weigh()
	if w.peak == 0 {
		return nil
	}
	return &w.peak
}

func (w *stopwatch) seconds() float64 { return w.s.seconds(w.start) }

// observe passes progress on, with the time in its point.
func (w *stopwatch) observe(obs api.Observer) api.Observer {
	return func(p api.Progress) error {
		w.weigh()
		if p.Point != nil {
			point := *p.Point
			point.Seconds = w.seconds()
			w.at[point.Step] = point.Seconds
			p.Point = &point
		}
		return obs.Tell(p)
	}
}

// stamp is the curve with the times at which its points were reported.
func (w *stopwatch) stamp(curve []api.Point) []api.Point {
	for k := range curve {
		curve[k].Seconds = w.at[curve[k].Step]
	}
	return curve
}

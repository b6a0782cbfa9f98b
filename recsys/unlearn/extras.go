package unlearn

import (
	"lethe/recsys/backend"
	"lethe/recsys/math32"
)

// extras are the options of one run of the loop.
type extras struct {
	o        options
	geometry *geometry
	all      []block // of θ, where the forget half is pinned
	live     []block // those of them that it may move
	shadow   backend.Tensor
	rate     float64 // of the retain half, before adapting
	start    float64 // the retain loss of the first steps
}

// apply prepares options; the halves are in place.
func (l *loop) apply(o options, steps int) error {
	x := &l.extra
	x.o = o
	if l.retain != nil {
		x.rate = l.retain.l.Rate
	}
	if !research {
		return nil
	}
	var err error
	if o.gu && l.forget != nil {
		x.geometry = newGeometry(l)
	}
	if o.filter && l.forget != nil {
		l.forget.feed = newFilter(l.t, l.net).feed
	}
	if o.trace && l.forget != nil {
		var effect []float64
		if x.all, effect, err = causalTrace(l.t, l.net); err != nil {
			return err
		}
		x.live = stored(x.all, effect)
		l.forget.users, l.forget.dense = false, true // the trace says what moves
	}
	if (o.coreset || o.seta) && l.retain != nil {
		if l.retain.coreset, err = newCoreset(l.t, l.net, o.seta, steps); err != nil {
			return err
		}
	}
	if o.ema > 0 {
		x.shadow = l.t.Backend.New(1, l.net.Theta.Cols)
		l.t.Backend.Axpby(1, l.net.Theta, 0, x.shadow)
	}
	return nil
}

func (l *loop) forgetStep(s int) error {
	step := l.forget.step
	if !research {
		return step(s)
	}
	if l.extra.geometry != nil {
		step = l.extra.geometry.step
	}
	if l.extra.all == nil {
		return step(s)
	}
	return pinned(l.t.Backend, l.net.Theta, l.extra.all, l.extra.live, func() error { return step(s) })
}

// adaptEvery is how many steps the retain loss is averaged over.
const adaptEvery = 3

func (l *loop) retainStep() error {
	x, h := &l.extra, l.retain
	step := h.step
	if !research {
		return step()
	}
	if x.o.fpf {
		worst, err := mostDrifted(l.t, l.net)
		if err != nil {
			return err
		}
		step = func() error {
			return pinned(l.t.Backend, l.net.Theta, blocks(l.t.Before, l.t.Data.Users()), []block{worst}, h.step)
		}
	}
	if err := step(); err != nil {
		return err
	}
	if x.geometry != nil {
		if err := x.geometry.remember(); err != nil {
			return err
		}
	}
	if x.o.adaptive && h.steps%adaptEvery == 0 {
		loss, err := h.l.Loss()
		if err != nil {
			return err
		}
		if x.start == 0 {
			x.start = loss
		}
		h.l.Rate = x.rate * retainStrength((loss-x.start)/x.start)
	}
	return nil
}

// retainStrength is SHA256's clip(0.3·6^drift + 0.8, 1.2, 2.8) in units of its floor, for
// the relative drift of the retain loss: a BPR loss is too small for its absolute one to leave the floor.
// It scales the step and not the loss, to which Adam is blind.
func retainStrength(drift float64) float64 {
	return min(max(0.3*float64(math32.Exp(float32(1.7917595*drift)))+0.8, 1.2), 2.8) / 1.2
}

// blend moves the exponential average one step on.
func (x *extras) blend(l *loop) {
	if x.o.ema > 0 {
		l.t.Backend.Axpby(float32(x.o.ema), l.net.Theta, float32(1-x.o.ema), x.shadow)
	}
}

// serve puts the average in the place of the last step.
func (x *extras) serve(l *loop) {
	if x.o.ema > 0 {
		l.t.Backend.Axpby(1, x.shadow, 0, l.net.Theta)
	}
}

func (x *extras) free(l *loop) {
	if x.geometry != nil {
		x.geometry.free()
	}
	if x.o.ema > 0 {
		l.t.Backend.Free(x.shadow)
	}
}

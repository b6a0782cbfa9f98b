package unlearn

import (
	"fmt"
	"strconv"
	"strings"

	"lethe/recsys/data"
)

// options combine with the methods that unlearn by steps: lethe+gu+ema=0.2. They are parts of
// the one loop, not methods of their own.
type options struct {
	text string // as written, with the leading plus sign

	steps    bool    // lethe: by gradient where the closed form would serve
	gu       bool    // project forget steps so that no protected loss rises (gu.go)
	adv      float64 // push at the worst vectors within this share of their length (AdvUnlearn)
	trace    bool    // freeze all blocks but those that hold the request (trace.go)
	filter   bool    // push only pairs that stand above their goal (filter.go)
	coreset  bool    // repair on a weighted coreset (coreset.go)
	seta     bool    // repair on a window that slides from easy to hard (coreset.go)
	fpf      bool    // repair the most drifted block only (trace.go)
	adaptive bool    // a larger retain step while the retain loss has risen (SHA256)
	ema      float64 // serve an exponential average of the steps, with this weight of the newest
	strength float64 // how far to go from the old weights to the new ones; 1 is all the way
}

// optionList is every option with what it does; a number after "=" where it has a default.
var optionList = []struct{ name, usual, does string }{
	{"steps", "", "by gradient in the place of the closed form"},
	{"gu", "", "no forget step may raise a protected loss"},
	{"adv", "0.1", "push against worst-case vectors"},
	{"trace", "", "freeze all blocks but those that hold the request"},
	{"filter", "", "push only pairs that still surface"},
	{"coreset", "", "repair on a weighted coreset"},
	{"seta", "", "repair from easy to hard"},
	{"fpf", "", "repair the most drifted block only"},
	{"adaptive", "", "larger retain steps while the retain loss is up"},
	{"ema", "0.2", "serve an exponential average"},
	{"strength", "1", "go this far from the old weights to the new"},
}

// newOptions reads what follows a method's name. without lists options that it cannot take,
// and why.
func newOptions(method string, list []string, without map[string]string) (options, error) {
	o := options{strength: 1}
	for _, s := range list {
		name, value, has := strings.Cut(s, "=")
		usual, known := "", false
		var names []string
		for _, x := range optionList {
			names = append(names, x.name)
			if x.name == name {
				usual, known = x.usual, true
			}
		}
		if !known {
			return o, fmt.Errorf("method %s has no option %q: use some of %s", method, s, strings.Join(names, ", "))
		}
		if why, no := without[name]; no {
			return o, fmt.Errorf("method %s cannot take option %s: %s", method, name, why)
		}
		if has && usual == "" {
			return o, fmt.Errorf("option %s of method %s takes no number: write +%s", name, method, name)
		}
		number := 0.0
		if usual != "" {
			if !has {
				value = usual
			}
			var err error
			if number, err = strconv.ParseFloat(value, 64); err != nil || number <= 0 || number > 2 {
				return o, fmt.Errorf("option %s of method %s is %q: write a number above 0 and up to 2, such as +%s=%s", name, method, value, name, usual)
			}
		}
		o.text += "+" + s
		o.set(name, number)
	}
	if o.coreset && o.seta {
		return o, fmt.Errorf("method %s repairs on a coreset or from easy to hard, not both: leave coreset or seta out", method)
	}
	return o, nil
}

func (o *options) set(name string, number float64) {
	switch name {
	case "steps":
		o.steps = true
	case "gu":
		o.gu = true
	case "adv":
		o.adv = number
	case "trace":
		o.trace = true
	case "filter":
		o.filter = true
	case "coreset":
		o.coreset = true
	case "seta":
		o.seta = true
	case "fpf":
		o.fpf = true
	case "adaptive":
		o.adaptive = true
	case "ema":
		o.ema = min(number, 1)
	case "strength":
		o.strength = number
	}
}

// bySteps tells whether an option needs the loop.
func (o options) bySteps() bool {
	return o.steps || o.gu || o.adv > 0 || o.trace || o.filter || o.coreset || o.seta || o.fpf || o.adaptive || o.ema > 0
}

// serve says which options cannot work on a request.
func (o options) serve(method string, t *Task) error {
	if t.Forget.Kind == data.ForgetPairs {
		return nil
	}
	for _, x := range []struct {
		on   bool
		name string
	}{{o.adv > 0, "adv"}, {o.trace, "trace"}, {o.filter, "filter"}, {o.gu && t.Forget.Kind != data.ForgetItems, "gu"}} {
		if x.on {
			return fmt.Errorf("option %s of method %s works on pushed interactions, and a request for %s pushes none: leave it out", x.name, method, t.Forget.Kind)
		}
	}
	return nil
}

func newLethe(list []string) (Method, error) {
	o, err := newOptions("lethe", list, nil)
	return lethe{o}, err
}

func newMMRecUn(list []string) (Method, error) {
	const one = "forget and retain half share one optimiser"
	o, err := newOptions("mmrecun", list, map[string]string{"gu": one + ", so there is no forget step to project", "trace": one, "fpf": one, "steps": "it has no closed form"})
	return mmrecun{o}, err
}

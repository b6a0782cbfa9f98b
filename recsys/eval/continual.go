package eval

import (
	"math"

	"lethe/recsys/api"
)

// Course is a measure step by step while a request runs; its first value is before the
// first step.
type Course []api.Estimate

// Courses reads the gauge and one metric off an unlearning curve, after their values
// before the request. Every reading is of the same pairs and users and so is given the first one's
// error. Points without a gauge are left out.
func Courses(curve []api.Point, metric string, auc, value api.Estimate) (gauge, values Course) {
	gauge, values = Course{auc}, Course{value}
	for _, p := range curve {
		if p.Gauge != nil {
			gauge, values = append(gauge, around(*p.Gauge, auc.SE)), append(values, around(p.Valid[metric], value.SE))
		}
	}
	return gauge, values
}

// Worst is the lowest value up to every step, with the error of the step it came from.
// A low of many noisy readings lies below the true low; the error does not show that.
//
// (min-ACC of De Lange, van de Ven, Tuytelaars, Continual evaluation for lifelong learning, ICLR 2023)
func (c Course) Worst() Course {
	out := make(Course, len(c))
	for k, x := range c {
		if out[k] = x; k > 0 && out[k-1].Value < x.Value {
			out[k] = out[k-1]
		}
	}
	return out
}

// share is the course in units of its first value.
func (c Course) share() Course {
	out := make(Course, len(c))
	for k, x := range c {
		if c[0].Value != 0 {
			out[k] = around(x.Value/c[0].Value, x.SE/math.Abs(c[0].Value))
		}
	}
	return out
}

// ForgetScore turns an AUC of forgotten against held-out pairs into 1 at parity, 0 where
// the pairs are told apart without fail, on either side: 1 − 2·|AUC − ½|.
func ForgetScore(auc api.Estimate) api.Estimate {
	return around(1-2*math.Abs(auc.Value-0.5), 2*auc.SE)
}

// WorstCase is the worst-case score of every step: the mean of how well the request is
// forgotten by then and of each cohort's worst value so far,
//
//	WC(t) = mean(ForgetScore(t), min_{s≤t} M_1(s)/M_1(0), …, min_{s≤t} M_C(s)/M_C(0))
//
// All courses have one length. Departure: cohorts count as shares of their value before
// the request, since a recall of 0.07 beside a score near 1 would not count at all.
//
// (WC-ACC of De Lange et al., ICLR 2023, with forgetting in the place of the new task)
func WorstCase(auc Course, cohorts ...Course) Course {
	out := make(Course, len(auc))
	worst := make([]Course, len(cohorts))
	for k, c := range cohorts {
		if len(c) != len(auc) {
			panic("eval: courses of different length")
		}
		worst[k] = c.share().Worst()
	}
	n := float64(len(cohorts) + 1)
	for t, a := range auc {
		f := ForgetScore(a)
		sum, square := f.Value, f.SE*f.SE
		for _, w := range worst {
			sum += w[t].Value
			square += w[t].SE * w[t].SE
		}
		out[t] = around(sum/n, math.Sqrt(square)/n)
	}
	return out
}

// WindowedForgetting is the largest fall within any w steps, max of M(i) − M(j) over
// i < j ≤ i+w; 0 for a course that never falls.
func (c Course) WindowedForgetting(w int) api.Estimate { return c.windowed(w, 1) }

// WindowedPlasticity is the largest rise within any w steps.
func (c Course) WindowedPlasticity(w int) api.Estimate { return c.windowed(w, -1) }

func (c Course) windowed(w int, sign float64) api.Estimate {
	best := api.Estimate{}
	for i, a := range c {
		for _, b := range c[i+1 : min(i+w, len(c)-1)+1] {
			if fall := sign * (a.Value - b.Value); fall > best.Value {
				best = around(fall, math.Hypot(a.SE, b.SE))
			}
		}
	}
	return best
}

// Servable marks the steps after which a checkpoint may be served: no cohort is below
// (1 − eps) of its value before the request.
func Servable(eps float64, cohorts ...Course) []bool {
	var ok []bool
	for _, c := range cohorts {
		if ok == nil {
			ok = make([]bool, len(c))
			for t := range ok {
				ok[t] = true
			}
		}
		for t, x := range c {
			ok[t] = ok[t] && x.Value >= (1-eps)*c[0].Value
		}
	}
	return ok
}

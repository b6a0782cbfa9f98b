//go:build !js || lab

package audit

import (
	"errors"
	"math"

	"lethe/recsys/api"
	"lethe/recsys/eval"
	"lethe/recsys/unlearn"

	"gonum.org/v1/gonum/stat"
	"gonum.org/v1/gonum/stat/distuv"
)

// Side is on which side of Retrain a reading lies.
type Side string

// The sides.
const (
	Right        Side = "right"
	Remembers    Side = "remembers"
	ForgotTooFar Side = "forgot too much"
	Exposed      Side = "exposed" // an attack that reads the same for both
	Harmed       Side = "harmed"  // usefulness was lost
)

// Finding is one audit of a subject beside the Retrains.
type Finding struct {
	Audit    string       `json:"audit"`
	Question string       `json:"question"`
	Value    api.Estimate `json:"value"`
	Retrain  api.Estimate `json:"retrain"` // mean over seeds, SE their deviation
	// Distance is (value − Retrain)/√(SE² + sd²·(1+1/n)).
	Distance float64 `json:"distance"`
	Side     Side    `json:"side"`
	Caught   bool    `json:"caught"`
}

// Verdict is all findings, and the limit beyond which a finding counts.
type Verdict struct {
	Findings []Finding  `json:"findings"`
	Limit    float64    `json:"limit"`
	Noise    eval.Noise `json:"noise"` // over the same readings
	Probes   []Probe    `json:"probes,omitempty"`
	Passed   bool       `json:"passed"` // nothing caught it, and the noise floor holds
}

// Caught lists the audits that caught the subject, with the side they found it on.
func (v *Verdict) Caught() map[string]Side {
	caught := map[string]Side{}
	for _, f := range v.Findings {
		if f.Caught {
			caught[f.Audit] = f.Side
		}
	}
	for _, p := range v.Probes {
		switch {
		case p.Pass:
		case p.Ratio.Value < 1:
			caught["probe: "+p.Name] = Remembers
		default:
			caught["probe: "+p.Name] = ForgotTooFar
		}
	}
	return caught
}

// Floor is Retrains of at least three seeds and what the audits read off them: what a
// subject of the same request is held against.
type Floor struct {
	Retrains []Subject
	Readings []api.Estimates
	answers  []answers // to the probes
	measures []*unlearn.Measures
	company  *company // once it is asked for
}

// NewFloor audits Retrains.
func NewFloor(retrains []Subject) (*Floor, error) {
	f := &Floor{Retrains: retrains}
	for _, r := range retrains {
		m, err := r.measure()
		if err != nil {
			return nil, err
		}
		a, err := r.answers(r.targets())
		if err != nil {
			return nil, err
		}
		f.Readings, f.answers, f.measures = append(f.Readings, m.Estimates), append(f.answers, a), append(f.measures, m)
	}
	return f, nil
}

// Examine puts a subject to every audit that a floor can judge.
func (f *Floor) Examine(s Subject) (*Verdict, error) {
	v, _, err := f.examine(s)
	return v, err
}

func (f *Floor) examine(s Subject) (*Verdict, *unlearn.Measures, error) {
	m, err := s.measure()
	if err != nil {
		return nil, nil, err
	}
	v, err := f.judge(s, m)
	return v, m, err
}

func (f *Floor) judge(s Subject, m *unlearn.Measures) (*Verdict, error) {
	v, err := Judge(m.Estimates, f.Readings)
	if err != nil {
		return nil, err
	}
	if len(s.Task.Forget.Pairs) == 0 {
		return v, nil
	}
	if v.Probes, err = s.probes(f.answers, nil); err != nil {
		return nil, err
	}
	for _, p := range v.Probes {
		v.Passed = v.Passed && p.Pass
	}
	return v, nil
}

// audit names a reading, its question, and what a reading above and below Retrain's
// means; "" means nothing.
type audit struct {
	name, question string
	above, below   Side
}

var audits = []audit{
	{"forget_recall@20", "Do forgotten pairs still come up in unfiltered lists?", Remembers, ""},
	{"forget_auc", "Do forgotten pairs stand above ones that were never trained on?", Remembers, ForgotTooFar},
	{"forget_auc_rows", "And in the raw rows, which whoever holds the weights can read?", Remembers, ForgotTooFar},
	{"unseen_auc", "Where do they stand beside items that the user never saw?", Remembers, ForgotTooFar},
	{"mia_auc", "Can all membership attacks together tell them apart, either way?", Exposed, ""},
	{"delta_auc", "Does holding the old model as well give them away?", ForgotTooFar, Remembers},
	{"recon_auc", "Knowing a third of it, can the rest be rebuilt?", Remembers, ForgotTooFar},
	{"hidden", "Do they come back once biases are taken away?", Remembers, ""},
	{"relearn_gain", "Does training on a tenth of them bring back the rest?", Remembers, ForgotTooFar},
	{"relearn_steps", "How many steps bring them back?", ForgotTooFar, Remembers},
	{"rebound", "Do they climb back by themselves in further training?", Remembers, ""},
	{"reinfer_auc", "Can they be guessed from what remains?", Remembers, ForgotTooFar},
	{"inversion_users", "Can the revoked feature be read off those who liked the item?", Remembers, ""},
	{"inversion_items", "Can it be read off the item itself?", Remembers, ""},
	{"recall@20", "Is the model as useful as Retrain?", "", Harmed},
	{"ndcg@20", "And in the order of its lists?", "", Harmed},
}

// Readings runs every audit on a subject: the measures of unlearn and the attacks of
// this package, by name with their standard errors. Audits that have nothing to work on are absent.
// About a second on 120,000 interactions beside what the measures cost.
func Readings(s Subject) (api.Estimates, error) {
	m, err := s.measure()
	if err != nil {
		return nil, err
	}
	return m.Estimates, nil
}

// measure is unlearn's with the readings of this package among the estimates.
func (s Subject) measure() (*unlearn.Measures, error) {
	m, err := unlearn.Measure(s.Task, s.Params, s.Bound)
	if err != nil {
		return nil, err
	}
	r := m.Estimates
	if x, ok, err := Relearn(s); err != nil {
		return nil, err
	} else if ok {
		r["relearn_gain"], r["relearn_steps"] = x.Gain, x.Steps
	}
	if x, ok, err := Retention(s, []int{0, reboundSteps}); err != nil {
		return nil, err
	} else if ok {
		r["rebound"] = x[1].Rebound
	}
	if x, ok, err := Reinfer(s); err != nil {
		return nil, err
	} else if ok {
		r["reinfer_auc"] = x
	}
	if len(s.Task.Forget.Pairs) > 0 {
		x, err := Hidden(s)
		if err != nil {
			return nil, err
		}
		r["hidden"] = x.Hidden
	}
	return m, nil
}

// reboundSteps is how much further training Readings looks at.
const reboundSteps = 30

// Hidden is whether the forgotten is gone or covered: see eval.Superficial.
func Hidden(s Subject) (eval.Superficial, error) {
	o, err := s.open()
	if err != nil {
		return eval.Superficial{}, err
	}
	defer o.free()
	v, err := o.vectors()
	if err != nil {
		return eval.Superficial{}, err
	}
	return eval.NewSuperficial(o.be, s.Task.Data, s.Task.Retain, s.Task.Forget.Pairs, v, o.src)
}

// Judge compares a subject's readings with those of at least three Retrains. A finding
// counts beyond a limit such that an honest Retrain meets any of them in about one case of twenty,
// however many audits there are: the point of Student's t with 2·(n−1) degrees of freedom and
// the Šidák level 1 − 0.95^(1/audits). The degrees are those of the Retrains' spread, doubled because
// most of a distance's scale is the reading's own error, which is well known.
func Judge(subject api.Estimates, retrains []api.Estimates) (*Verdict, error) {
	n := len(retrains)
	noise, err := eval.NewNoise(subject, retrains)
	if err != nil {
		return nil, err
	}
	v := &Verdict{Noise: noise}
	for _, a := range audits {
		x, ok := subject[a.name]
		var golds []float64
		for _, r := range retrains {
			if g, ok := r[a.name]; ok {
				golds = append(golds, g.Value)
			}
		}
		if !ok || len(golds) < n {
			continue
		}
		mean, sd := stat.MeanStdDev(golds, nil)
		f := Finding{Audit: a.name, Question: a.question, Value: x, Retrain: api.Estimate{Value: mean, SE: sd, Low: mean - 1.96*sd, High: mean + 1.96*sd}, Side: Right}
		if e := math.Sqrt(x.SE*x.SE + sd*sd*(1+1/float64(n))); e > 0 {
			f.Distance = (x.Value - mean) / e
		}
		v.Findings = append(v.Findings, f)
	}
	if len(v.Findings) == 0 {
		return nil, errors.New("no audit has anything to work on: the request leaves nothing to compare")
	}
	level := 1 - math.Pow(0.95, 1/float64(len(v.Findings)))
	v.Limit = distuv.StudentsT{Mu: 0, Sigma: 1, Nu: float64(2 * (n - 1))}.Quantile(1 - level/2)
	v.decide()
	return v, nil
}

func (v *Verdict) decide() {
	meaning := map[string]audit{}
	for _, a := range audits {
		meaning[a.name] = a
	}
	v.Passed = v.Noise.Pass
	for k := range v.Findings {
		f := &v.Findings[k]
		side := meaning[f.Audit].above
		if f.Distance < 0 {
			side = meaning[f.Audit].below
		}
		if f.Caught = math.Abs(f.Distance) > v.Limit && side != ""; f.Caught {
			f.Side, v.Passed = side, false
		}
	}
}

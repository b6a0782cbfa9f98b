package eval

import (
	"math"

	"lethe/recsys/api"
	"lethe/recsys/data"
)

// Collateral is what a request did to those it did not name: NDCG@K of one cohort before
// and after, and how far after is from Retrain. Some change is right, because Retrain
// changes too; harm is what exceeds the spread between Retrains.
type Collateral struct {
	Cohort string       `json:"cohort"`
	Users  int          `json:"users"`
	Before api.Estimate `json:"before"`
	After  api.Estimate `json:"after"`
	// Drift is after less the mean of the Retrains, user by user; Spread is the deviation
	// between Retrains of different seeds. Both are 0 without Retrains.
	Drift  api.Estimate `json:"drift"`
	Spread float64      `json:"spread"`
	// Harm is −Drift/√(SE² + Spread²·(1+1/n)), n Retrains: above about 2 the cohort pays
	// for the request.
	Harm float64 `json:"harm"`
}

// NewCollateral compares lists of the same users before, after and of any number of
// Retrains, over the cohorts that have held-out pairs.
func NewCollateral(cohorts []Cohort, before, after Lists, retrains []Lists) []Collateral {
	var out []Collateral
	for _, c := range cohorts {
		b, a := before.NDCG(c.Truth), after.NDCG(c.Truth)
		if len(a.Value) == 0 {
			continue
		}
		x := Collateral{Cohort: c.Name, Users: len(a.Value), Before: b.Mean(), After: a.Mean()}
		if n := len(retrains); n > 0 {
			drift := Sample{Value: append([]float64(nil), a.Value...), Unit: a.Unit}
			means := make([]float64, n)
			for r, l := range retrains {
				g := l.NDCG(c.Truth)
				means[r] = g.Mean().Value
				for k := range drift.Value {
					drift.Value[k] -= g.Value[k] / float64(n)
				}
			}
			x.Drift = drift.Mean()
			if n > 1 {
				_, x.Spread = meanStdDev(means)
			}
			if e := math.Sqrt(x.Drift.SE*x.Drift.SE + x.Spread*x.Spread*(1+1/float64(n))); e > 0 {
				x.Harm = -x.Drift.Value / e
			}
		}
		out = append(out, x)
	}
	return out
}

// NDCG is NDCG@K of every listed user who has rows in truth.
func (l Lists) NDCG(truth *data.Interactions) Sample { return l.metric(truth, 1) }

// Recall is Recall@K of every listed user who has rows in truth.
func (l Lists) Recall(truth *data.Interactions) Sample { return l.metric(truth, 0) }

// metric picks one of metricNames.
func (l Lists) metric(truth *data.Interactions, which int) Sample {
	var s Sample
	for k, u := range l.Users {
		relevant := truth.Row(int(u))
		if len(relevant) == 0 {
			continue
		}
		t := newTally([]int{l.K})
		t.add(l.Row(k), relevant)
		s.Value, s.Unit = append(s.Value, t.sum[0][which]), append(s.Unit, u)
	}
	return s
}

// Metrics are the means of all ranking metrics at the cutoffs up to K, and their
// estimates, over the users who have rows in truth.
func (l Lists) Metrics(truth *data.Interactions, cutoffs []int) (api.Metrics, api.Estimates) {
	total := newTally(cutoffs)
	values := map[string]*Sample{}
	for k, u := range l.Users {
		relevant := truth.Row(int(u))
		if len(relevant) == 0 {
			continue
		}
		one := newTally(cutoffs)
		one.add(l.Row(k), relevant)
		total.add(l.Row(k), relevant)
		for name, x := range one.metrics() {
			s := values[name]
			if s == nil {
				s = &Sample{}
				values[name] = s
			}
			s.Value, s.Unit = append(s.Value, x), append(s.Unit, u)
		}
	}
	estimates := api.Estimates{}
	for name, s := range values {
		estimates[name] = s.Mean()
	}
	return total.metrics(), estimates
}

// InterGroupFairness is A-IGF, the NDCG of active less that of inactive users (Chen et
// al., CURE4Rec, NeurIPS 2024): 0 treats both alike. Groups are those of Cohorts.
func InterGroupFairness(l Lists, cohorts []Cohort) api.Estimate {
	var active, inactive api.Estimate
	for _, c := range cohorts {
		switch c.Name {
		case ActiveUsers:
			active = l.NDCG(c.Truth).Mean()
		case InactiveUsers:
			inactive = l.NDCG(c.Truth).Mean()
		}
	}
	return around(active.Value-inactive.Value, math.Hypot(active.SE, inactive.SE))
}

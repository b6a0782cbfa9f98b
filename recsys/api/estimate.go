package api

// Estimate is a measured number with its uncertainty: the standard error and the
// limits of a 95 % interval, from resampling where that was done and else Value ± 1.96 SE.
type Estimate struct {
	Value float64 `json:"value"`
	SE    float64 `json:"se"`
	Low   float64 `json:"low"`
	High  float64 `json:"high"`
}

// Estimates maps the names of measures to their estimates.
type Estimates map[string]Estimate

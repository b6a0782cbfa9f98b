package api

// Commands that look at what forgetting did, beside Retrain: they change nothing.
const (
	OpResidue Op = "residue" // nothing → Residue: what is left of a withdrawn image, or other modality
	OpSpread  Op = "spread"  // nothing → Spread: who is shown what
	OpRelearn Op = "relearn" // nothing → Relearned: After, Retrain and a control learn again, step by step
)

// Residue is what the vectors still say of content that was withdrawn.
type Residue struct {
	Modality string         `json:"modality"`
	Item     int            `json:"item"`   // the first whose content was withdrawn
	Items    int            `json:"items"`  // how many there are
	Own      map[Slot]Trace `json:"own"`    // read off the items' own vectors
	People   map[Slot]Trace `json:"people"` // read off the people who chose them
}

// Trace is what a stranger guesses of content from a vector.
type Trace struct {
	// Beats is the share of other items whose content is less like the guess than the right one: 1 names it, 0.5 is guessing.
	Beats float64 `json:"beats"`
	Near  []int   `json:"near"` // items whose content is most like the guess, best first
}

// Spread is who is shown what: of everybody's first K places, how many each group of items takes. Items that were to
// be forgotten count nowhere, before either, so that what moves is what nobody asked for.
type Spread struct {
	K       int     `json:"k"`
	Groups  []Group `json:"groups"`
	Cohorts []Group `json:"cohorts"`
	// Places is for each slot, cohort and group the share of the cohort's places.
	Places map[Slot][][]float64 `json:"places"`
}

// Group is a named part of the catalogue with its items, or of the people with their number.
type Group struct {
	// Name is a category of the catalogue, or popularity 1 (the most chosen fifth) to popularity 5 where there are none;
	// of people everyone, touched, near or others.
	Name  string `json:"name"`
	Count int    `json:"count"`
	Items []int  `json:"items,omitempty"` // some of them
}

// Relearned is a race at learning again. Its runners are, in order, the model of After and that of Retrain, trained on
// the same handful of what was forgotten, and After trained on as many interactions that nobody ever saw.
type Relearned struct {
	Known int `json:"known"` // interactions that each runner trains on
	Held  int `json:"held"`  // held-out ones that they are measured against
	// Curve has for each step, from 0, in Race the AUC of a runner's interactions against the held-out ones.
	Curve []Point    `json:"curve"`
	Gain  []Estimate `json:"gain"`  // of each runner, the last AUC less the first
	Ahead Estimate   `json:"ahead"` // After less Retrain before the first step
}

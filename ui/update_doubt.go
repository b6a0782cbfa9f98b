package ui

import (
	"slices"
	"strings"

	"lethe/recsys/api"
)

// Doubting is the Doubt section: the visitor plays a dishonest provider.
type Doubting struct {
	Cheat string // the control that After was made with, "" for an honest method
	// The forged receipt and the true one, as the engine judged them.
	ForgedJob, TrueJob int
	Forged, True       *api.Verified
}

// Cheats are controls: each claims to forget and does not.
var Cheats = []string{"mask-only", "neggrad"}

// Cheat runs a control on the open request, in place of a method that forgets. A Retrain of the same request stays.
type Cheat struct{ Method string }

func (e Cheat) apply(s State) (State, []Command) {
	if !s.CanForget() || !slices.Contains(Cheats, e.Method) {
		return s, nil
	}
	s, commands := s.forget(e.Method)
	s.Doubt.Cheat = e.Method
	return s, commands
}

// Forge changes a word of the receipt and shows it to the check, beside the true one.
type Forge struct{}

func (Forge) apply(s State) (State, []Command) {
	lines := s.Erase.Receipts
	if lines == "" || s.Doubt.ForgedJob != 0 {
		return s, nil
	}
	s, s.Doubt.ForgedJob = s.verify()
	forged := Post{api.NewMessage(s.Doubt.ForgedJob, api.OpVerify, api.Verify{}, []byte(forged(lines)))}
	s, s.Doubt.TrueJob = s.verify()
	return s, []Command{forged, Post{api.NewMessage(s.Doubt.TrueJob, api.OpVerify, api.Verify{}, []byte(lines))}}
}

func (s State) verify() (State, int) {
	s, job, _ := s.post(api.OpVerify, api.Verify{})
	return s, job
}

// forged claims the highest tier; where that is claimed already, ten times as many interactions.
func forged(lines string) string {
	if better := strings.Replace(lines, `"tier":"`+Tiers[1]+`"`, `"tier":"`+Tiers[2]+`"`, 1); better != lines {
		return better
	}
	return strings.Replace(lines, `"pairs":`, `"pairs":1`, 1)
}

// verified takes over a judgement.
func (e FromEngine) verified(s State, job Job) (State, []Command) {
	var v api.Verified
	if err := e.Decode(&v); err != nil {
		v = api.Verified{Findings: []string{Sentence(err.Error())}}
	}
	switch job.ID {
	case s.Doubt.ForgedJob:
		s.Doubt.ForgedJob, s.Doubt.Forged = 0, &v
	case s.Doubt.TrueJob:
		s.Doubt.TrueJob, s.Doubt.True = 0, &v
	}
	return s, nil
}

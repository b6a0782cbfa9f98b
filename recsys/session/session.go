// Package session holds what a visitor of the page, or a command on the command
// line, works with: the open data set, the visitor's clicks and up to three trained
// models. Each command of the protocol is one method; Serve runs them from messages.
//
// A Session belongs to one goroutine. Long methods report to an observer, which may
// let other commands in that change nothing: that is how Serve answers a
// recommendation in mid-training.
package session

import (
	"io/fs"
	"time"

	"lethe/recsys/api"
	"lethe/recsys/backend"
	"lethe/recsys/data"
	"lethe/recsys/erase"
	"lethe/recsys/erase/store"
	"lethe/recsys/model"
	"lethe/recsys/unlearn"
)

// Options are the session's ties to the outside. Now and Backend are needed.
type Options struct {
	// Visitor appends a user with an empty row to every data set: the visitor.
	Visitor bool
	// Now tells the time, for durations only.
	Now func() time.Time
	// Yield lets messages in: called by Serve's observer about every 40 ms. Nil where
	// messages arrive by themselves.
	Yield func()
	// ReadFile reads the file of a request "file:PATH". Nil where there are none.
	ReadFile func(path string) ([]byte, error)
	// Demo gives the files of the demo catalogue. Url is where the page keeps them.
	Demo func(url string) (fs.FS, error)
	// Backend makes the backend of a name; "" is the default one.
	Backend func(name string) (backend.Backend, error)
	// Choose names the backend for a training that leaves it open. Nil: the default one.
	Choose func(m api.ModelConfig, t api.TrainConfig, d *data.Dataset) string
	// Memory tells how many bytes are in use. Nil where that is not known.
	Memory func() int64
	// Backends names the usable ones, best first, and SIMD tells whether vector kernels
	// are compiled in: both are for Hello only.
	Backends []string
	SIMD     bool
	// Keep gives the place where data and model are kept, or says in Kept why there is none.
	// Nil: nothing is kept.
	Keep func() (store.Outside, api.Kept, error)
	// Sources is the hash of the sources that this program was built from, for receipts.
	Sources string
}

// Session is the state behind one page or one command.
type Session struct {
	opt   Options
	base  *data.Dataset // as opened, without the visitor; nil before
	likes []int32       // the visitor's clicks, ascending
	slots map[api.Slot]*trained

	vault     *erase.Vault // nil where nothing is kept
	taken     unkept       // takedowns, where nothing is kept
	kept      api.Kept
	news      bool // kept has changed since it was told
	demo      bool // base is the demo catalogue
	mask      mask
	erasedRow *api.Row // of an erasure on its way
	resume    *resume  // of the training for the exact tier
	// waiting tells whether somebody waits for this session's goroutine; nil: nobody ever does.
	waiting func() bool
}

// New returns a session without data.
func New(opt Options) *Session {
	if opt.Now == nil || opt.Backend == nil {
		panic("session: Options without Now or Backend")
	}
	return &Session{opt: opt, slots: map[api.Slot]*trained{}}
}

// Hello introduces the engine.
func (s *Session) Hello() api.Hello {
	return api.Hello{Version: api.Version, SIMD: s.opt.SIMD, Backends: s.opt.Backends, Methods: unlearn.Methods(), Models: model.Names()}
}

// Data is the open data set, without the visitor, or nil.
func (s *Session) Data() *data.Dataset { return s.base }

// needData fails while no data set is open.
func (s *Session) needData() error {
	if s.base == nil {
		return &api.Failure{Code: api.CodeNotReady, Message: "No data set is open.", Remedy: "Open one first."}
	}
	return nil
}

// slot returns the model in a slot, or says that there is none.
func (s *Session) slot(name api.Slot) (*trained, error) {
	if err := s.needData(); err != nil {
		return nil, err
	}
	switch name {
	case api.Before, api.After, api.Retrain:
	default:
		return nil, &api.Failure{Code: api.CodeBadCommand, Message: "There is no such slot.", Value: string(name), Remedy: "Use before, after or retrain."}
	}
	if t := s.slots[name]; t != nil {
		return t, nil
	}
	f := &api.Failure{Code: api.CodeNotReady, Message: "No model has unlearned yet.", Value: string(name), Remedy: "Unlearn something first."}
	switch name {
	case api.Before:
		f.Message, f.Remedy = "No model is trained yet.", "Train one first."
	case api.Retrain:
		f.Message, f.Remedy = "No model was trained again from scratch yet.", "Unlearn with the method retrain first."
	}
	return nil, f
}

// seconds is the time since t.
func (s *Session) seconds(t time.Time) float64 { return s.opt.Now().Sub(t).Seconds() }

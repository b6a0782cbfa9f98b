package session

import (
	"bytes"
	"fmt"
	"io/fs"
	"slices"

	"lethe/recsys/api"
	"lethe/recsys/data"
	"lethe/recsys/erase"
	"lethe/recsys/erase/store"
	"lethe/recsys/files"
)

// Restore opens what is kept, and finishes what was begun when the program last ended:
// erasures, purges, receipts. Where nothing can be kept it says why.
func (s *Session) Restore(obs api.Observer) (api.Restored, error) {
	if s.vault == nil {
		if s.opt.Keep == nil {
			return api.Restored{Kept: api.Kept{Why: "This program keeps nothing."}}, nil
		}
		out, kept, err := s.opt.Keep()
		if err != nil {
			return api.Restored{}, err
		}
		s.kept = kept
		if kept.Where == "" {
			return api.Restored{Kept: kept}, nil
		}
		v, err := erase.OpenVault(out)
		if err != nil {
			return api.Restored{}, keepFailure(err)
		}
		s.vault = v
	}
	return s.restored(obs)
}

// Use keeps everything in a vault from here on: what Restore does where the platform is
// known beforehand.
func (s *Session) Use(v *erase.Vault, obs api.Observer) (api.Restored, error) {
	s.vault = v
	return s.restored(obs)
}

func (s *Session) restored(obs api.Observer) (api.Restored, error) {
	r := api.Restored{Kept: s.kept}
	for _, d := range s.vault.Damage() {
		r.Kept.Damage = append(r.Kept.Damage, d.String())
	}
	next, err := s.loaded(s.vault.State())
	if err != nil {
		return r, keepFailure(err)
	}
	s.become(next)
	s.maskOpen()
	if s.vault.Busy() {
		issued, err := s.vault.Finish(s.work(obs))
		if err != nil {
			r.Problem = Failure(err).Message
		}
		r.Published = published(issued)
	}
	r.Receipts, r.Exact = len(s.vault.State().Receipts), s.vault.AwaitsExact()
	if s.base != nil {
		o := s.describeOpen()
		r.Opened = &o
	}
	return r, nil
}

// loaded is a session with what a state holds. A model that does not fit its data is left
// out: data without a model are still data.
func (s *Session) loaded(state *erase.State) (*Session, error) {
	next := New(s.opt)
	next.vault, next.kept = s.vault, s.kept
	if state.Data == nil {
		return next, nil
	}
	next.base, next.demo = state.Data, state.Demo
	number := map[string]int32{}
	for i, id := range next.base.ItemIDs {
		number[id] = int32(i)
	}
	for _, id := range state.Likes {
		if i, ok := number[id]; ok && id != "" {
			next.likes = append(next.likes, i)
		}
	}
	slices.Sort(next.likes)
	if state.Model == nil {
		return next, nil
	}
	likes := next.likes
	if _, err := next.importModel(state.Model); err != nil {
		return next, err
	}
	next.likes = likes
	return next, nil
}

// become takes another session's content over.
func (s *Session) become(next *Session) {
	next.waiting = s.waiting
	*s = *next
}

// describeOpen is what Open says of the open data.
func (s *Session) describeOpen() api.Opened {
	o := describeData(s.base)
	o.Demo = s.demo
	for _, i := range s.likes {
		o.Likes = append(o.Likes, int(i))
	}
	if t := s.slots[api.Before]; t != nil {
		r := t.result
		o.Trained = &r
	}
	return o
}

// state is what there is to keep: data, the trained model, the visitor's clicks.
func (s *Session) state() (*erase.State, error) {
	next := &erase.State{Data: s.base}
	next.Tombstones = s.vault.State().Tombstones
	next.Demo = s.demo
	for _, i := range s.likes {
		next.Likes = append(next.Likes, s.base.ItemIDs[i])
	}
	if s.slots[api.Before] == nil {
		return next, nil
	}
	var err error
	next.Model, err = s.Export(api.Export{Slot: api.Before})
	return next, err
}

// keep saves data and model after a command that changed them. Not to be able to keep is no
// failure of the command: it is told beside its result.
func (s *Session) keep() {
	if s.vault == nil {
		return
	}
	next, err := s.state()
	if err == nil {
		err = s.vault.Replace(next)
	}
	s.kept.Why = ""
	if err != nil {
		s.kept.Why = keepFailure(err).Error()
	}
	s.news = true
}

// keepFailure is an error of keeping in words.
func keepFailure(err error) *api.Failure {
	f := *Failure(err)
	if f.Code == api.CodeBadInput && f.File == "" {
		f.Code, f.Message = api.CodeNotKept, "This could not be kept: "+err.Error()+"."
		f.Remedy = "What is open stays open in this tab. Free some room or export it, and try again."
	}
	return &f
}

// Receipts are the lines of all receipts, without openings.
func (s *Session) Receipts() ([]byte, error) {
	if s.vault == nil {
		return nil, errNoVault
	}
	return encodeReceipts(s.vault.State().Receipts)
}

var errNoVault = &api.Failure{Code: api.CodeNotReady, Message: "Nothing is kept here.", Remedy: "Use a browser or a mode that stores data for this site."}

// Backup is everything that is kept as a zip, but for the key that signs. Its entries are the
// parts of a generation.
func (s *Session) Backup() ([]byte, error) {
	if s.vault == nil || s.base == nil {
		return nil, errNoVault
	}
	if s.vault.Busy() {
		return nil, &api.Failure{Code: api.CodeNotReady, Message: "An erasure is not finished yet.", Remedy: "Reload the page to finish it, then export."}
	}
	next, err := s.state()
	if err != nil {
		return nil, err
	}
	next.Receipts = s.vault.State().Receipts
	parts, err := next.Encode()
	if err != nil {
		return nil, err
	}
	var list []api.File
	for _, p := range parts {
		list = append(list, api.File{Name: p.Name, Data: p.Data})
	}
	var b bytes.Buffer
	err = files.StoreZip(&b, list)
	return b.Bytes(), err
}

// Adopt opens a backup and keeps it in place of what is kept. What was erased here stays
// erased, and what was erased there as well.
func (s *Session) Adopt(b []byte, obs api.Observer) (api.Restored, error) {
	if s.vault != nil && s.vault.Busy() {
		return api.Restored{}, &api.Failure{Code: api.CodeNotReady, Message: "An erasure is not finished yet.", Remedy: "Reload the page to finish it, then import."}
	}
	fsys, err := data.OpenZip(b)
	if err != nil {
		return api.Restored{}, err
	}
	return s.adopt(fsys)
}

// isBackup tells whether a folder is what Backup wrote.
func isBackup(fsys fs.FS) bool {
	for _, name := range []string{"meta", "data"} {
		if _, err := fs.Stat(fsys, name); err != nil {
			return false
		}
	}
	return true
}

func (s *Session) adopt(fsys fs.FS) (api.Restored, error) {
	state, err := readBackup(fsys)
	if err != nil {
		return api.Restored{}, err
	}
	if state.Data == nil {
		return api.Restored{}, &data.Error{Problem: "the backup holds no data", Remedy: "choose a file that Lethe exported"}
	}
	var warnings []string
	if s.vault != nil {
		own := s.vault.State().Tombstones
		var gone int
		if state.Data, gone = own.Apply(state.Data); gone > 0 {
			state.Model = nil // it learned from what was erased here
			warnings = append(warnings, refused(gone))
		}
		state.Tombstones = own.Beside(state.Tombstones)
	}
	next, err := s.loaded(state)
	if err != nil {
		return api.Restored{}, err
	}
	if s.vault != nil {
		if err := s.vault.Replace(state); err != nil {
			return api.Restored{}, keepFailure(err)
		}
	}
	s.become(next)
	o := s.describeOpen()
	o.Warnings = warnings
	r := api.Restored{Kept: s.kept, Opened: &o}
	return r, nil
}

func refused(n int) string {
	return fmt.Sprintf("%d entries were left out: they were erased here before", n)
}

// readBackup reads what Backup wrote. It refuses entries that are not parts, and takes over neither
// intents nor a key.
func readBackup(fsys fs.FS) (*erase.State, error) {
	entries, err := fs.ReadDir(fsys, ".")
	if err != nil {
		return nil, err
	}
	var parts []store.Part
	for _, e := range entries {
		content, err := fs.ReadFile(fsys, e.Name())
		if err != nil {
			return nil, &data.Error{File: e.Name(), Problem: err.Error(), Remedy: "export it again"}
		}
		parts = append(parts, store.Part{Name: e.Name(), Data: content})
	}
	state, err := erase.Decode(parts)
	if err != nil {
		return nil, &data.Error{Problem: err.Error(), Remedy: "choose a file that Lethe exported"}
	}
	state.Intents, state.Pending, state.Signer = nil, nil, nil
	return state, nil
}

// Wipe destroys everything that is kept and closes what is open: keys first.
func (s *Session) Wipe() error {
	if s.vault == nil {
		return errNoVault
	}
	if err := s.vault.Wipe(); err != nil {
		return keepFailure(err)
	}
	next := New(s.opt)
	next.vault, next.kept = s.vault, s.kept
	s.become(next)
	return nil
}

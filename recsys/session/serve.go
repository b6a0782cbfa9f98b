package session

import (
	"fmt"
	"io/fs"
	"runtime"
	"slices"
	"time"

	"lethe/recsys/api"
	"lethe/recsys/data"
)

// Port is one end of the line between page and engine.
type Port interface {
	Messages() <-chan api.Message
	Post(api.Message) error
}

// Serve answers the commands of a port until its channel is closed. It keeps the
// five rules at the top of the protocol: it speaks first; each command gets exactly one
// done or failed; commands run one at a time in order, but cancel, recommend and
// similar overtake a job at its observer's next look; panics become failures.
func (s *Session) Serve(p Port) error {
	v := &server{s: s, port: p}
	s.waiting = func() bool { return len(v.queue) > 0 }
	v.post(api.NewMessage(0, api.OpHello, s.Hello(), nil))
	for v.err == nil {
		if len(v.queue) > 0 {
			m := v.queue[0]
			v.queue = v.queue[1:]
			v.run(m)
			continue
		}
		m, ok := <-p.Messages()
		if !ok {
			return nil
		}
		v.take(m)
	}
	return v.err
}

// server is the state of Serve.
type server struct {
	s      *Session
	port   Port
	queue  []api.Message // waiting, in order
	job    *job          // running; nil between jobs
	closed bool          // no more messages will come
	err    error         // of the port: nobody listens any more
}

// take sorts a message in: what overtakes is answered at once, the rest waits.
func (v *server) take(m api.Message) {
	switch m.Op {
	case api.OpCancel, api.OpRecommend, api.OpSimilar:
		v.run(m)
	default:
		v.queue = append(v.queue, m)
	}
}

// run executes a command and posts its done or failed.
func (v *server) run(m api.Message) {
	outer := v.job
	answer := v.guarded(m)
	v.job = outer
	v.post(answer)
}

// guarded turns a panic into a failure. Commands change the session in their last
// line only, so a panic leaves it as it was.
func (v *server) guarded(m api.Message) (answer api.Message) {
	defer func() {
		if r := recover(); r != nil {
			answer = api.NewMessage(m.ID, api.OpFailed, &api.Failure{Code: api.CodeInternal,
				Message: fmt.Sprintf("Lethe has a bug: %v. Everything is as it was before.", r)}, nil)
		}
	}()
	switch m.Op {
	case api.OpCancel, api.OpRecommend, api.OpSimilar:
	default:
		v.job = newJob(v, m.ID)
	}
	head, body, err := v.execute(m)
	if v.s.news {
		v.s.news = false
		v.post(api.NewMessage(m.ID, api.OpKept, v.s.kept, nil))
	}
	if err != nil {
		return api.NewMessage(m.ID, api.OpFailed, Failure(err), nil)
	}
	return api.NewMessage(m.ID, api.OpDone, head, body)
}

// execute decodes a command's head and calls its method.
func (v *server) execute(m api.Message) (head any, body []byte, err error) {
	s := v.s
	switch m.Op {
	case api.OpOpen:
		head, err = with(m, func(c api.Open) (api.Opened, error) {
			var fsys fs.FS
			if !c.Demo {
				if fsys, err = dropped(m.Body); err != nil {
					return api.Opened{}, err
				}
			}
			return s.Open(c, fsys, data.Options{}, v.job.observe)
		})
	case api.OpLike:
		head, err = with(m, func(c api.Like) (any, error) {
			err := s.Like(c.Items)
			if err == nil && c.Keep {
				s.keep()
			}
			return nil, err
		})
	case api.OpTrain:
		head, err = with(m, func(c api.Train) (api.TrainResult, error) { return s.Train(c, v.job.observe) })
	case api.OpRecommend:
		head, err = with(m, s.Recommend)
	case api.OpSimilar:
		head, err = with(m, s.Similar)
	case api.OpForgetSet:
		head, err = with(m, s.Resolve)
	case api.OpUnlearn:
		head, err = with(m, func(c api.Unlearn) (api.Row, error) {
			c.File = m.Body
			return s.Unlearn(c, v.job.observe)
		})
	case api.OpCompare:
		head, err = with(m, func(c api.Compare) (api.Comparison, error) { return s.Compare(c, v.job.observe) })
	case api.OpResidue:
		head, err = with(m, func(struct{}) (api.Residue, error) { return s.Residue(v.job.observe) })
	case api.OpSpread:
		head, err = with(m, func(struct{}) (api.Spread, error) { return s.Spread(v.job.observe) })
	case api.OpRelearn:
		head, err = with(m, func(struct{}) (api.Relearned, error) { return s.Relearn(v.job.observe) })
	case api.OpMap:
		head, body, err = s.Map()
	case api.OpExport:
		head, err = with(m, func(c api.Export) (any, error) {
			body, err = s.Export(c)
			return nil, err
		})
	case api.OpImport:
		head, err = with(m, func(struct{}) (api.TrainResult, error) { return s.Import(m.Body) })
	case api.OpRestore:
		head, err = with(m, func(struct{}) (api.Restored, error) { return s.Restore(v.job.observe) })
	case api.OpErase:
		head, err = with(m, func(c api.Erase) (api.Erased, error) { return s.Erase(c, v.job.observe) })
	case api.OpTakedown:
		head, err = with(m, func(c api.Takedown) (api.TakenDown, error) { return s.Takedown(c, m.Body, v.job.observe) })
	case api.OpExact:
		head, err = with(m, func(struct{}) (api.Erased, error) { return s.Exact(v.job.observe) })
	case api.OpReceipts:
		body, err = s.Receipts()
	case api.OpVerify:
		head, err = with(m, func(c api.Verify) (api.Verified, error) { return s.Verify(m.Body, nil, c, v.job.observe) })
	case api.OpBackup:
		body, err = s.Backup()
	case api.OpAdopt:
		head, err = with(m, func(struct{}) (api.Restored, error) { return s.Adopt(m.Body, v.job.observe) })
	case api.OpWipe:
		err = s.Wipe()
	case api.OpCancel:
		head, err = with(m, func(c api.Cancel) (any, error) { return nil, v.cancel(c.Job) })
	default:
		err = &api.Failure{Code: api.CodeBadCommand, Message: "There is no such command.", Value: string(m.Op)}
	}
	return head, body, err
}

// with decodes a head and hands it to a method.
func with[C, R any](m api.Message, f func(C) (R, error)) (any, error) {
	var c C
	if err := m.Decode(&c); err != nil {
		return nil, &api.Failure{Code: api.CodeBadCommand, Message: err.Error()}
	}
	return f(c)
}

// cancel stops the running job at its next look, or takes a waiting one out of the
// queue. A job that is over already stays over.
func (v *server) cancel(id int) error {
	if v.job != nil && v.job.id == id {
		v.job.cancelled = true
		return nil
	}
	at := slices.IndexFunc(v.queue, func(m api.Message) bool { return m.ID == id })
	if at >= 0 {
		v.queue = slices.Delete(v.queue, at, at+1)
		v.post(api.NewMessage(id, api.OpFailed, errCancelled, nil))
	}
	return nil
}

// drain lets messages in and takes all that have come.
func (v *server) drain() {
	if v.s.opt.Yield != nil {
		v.s.opt.Yield()
	}
	for !v.closed {
		runtime.Gosched() // to whoever brings the next message
		select {
		case m, ok := <-v.port.Messages():
			if !ok {
				v.closed = true
				return
			}
			v.take(m)
		default:
			return
		}
	}
}

func (v *server) post(m api.Message) {
	if err := v.port.Post(m); err != nil && v.err == nil {
		v.err = err
	}
}

// job is a running command. Its observer lets messages in about every 40 ms, stops
// when cancelled, and reports at most ten times a second.
type job struct {
	v         *server
	id        int
	cancelled bool
	looked    time.Time // when messages were let in
	posted    time.Time // when progress was last posted; zero for never
	stage     string
	start     time.Time // of the stage
	point     *api.Point
}

const (
	lookEvery = 40 * time.Millisecond
	postEvery = 100 * time.Millisecond
)

func newJob(v *server, id int) *job {
	return &job{v: v, id: id, looked: v.s.opt.Now()}
}

// observe is the api.Observer of the job. Evaluations within a stage are part of it:
// they let messages in, but report nothing of their own.
func (j *job) observe(p api.Progress) error {
	now := j.v.s.opt.Now()
	if now.Sub(j.looked) >= lookEvery {
		j.v.drain()
		now = j.v.s.opt.Now()
		j.looked = now
	}
	if j.cancelled || j.v.closed || j.v.err != nil {
		return errCancelled
	}
	if p.Stage == "evaluate" && j.stage != "" && j.stage != "evaluate" {
		return nil
	}
	if p.Stage != j.stage {
		j.stage, j.start = p.Stage, now
	}
	if p.Point != nil {
		j.point = p.Point
	}
	if !j.posted.IsZero() && now.Sub(j.posted) < postEvery {
		return nil
	}
	p.Point, j.point = j.point, nil
	p.SecondsLeft = left(now.Sub(j.start), p.Done, p.Total)
	j.posted = now
	j.v.post(api.NewMessage(j.id, api.OpProgress, p, nil))
	return nil
}

// left estimates the seconds to go from the pace so far; -1 while nothing is known.
func left(elapsed time.Duration, done, total int) float64 {
	if done <= 0 || total < done {
		return -1
	}
	return elapsed.Seconds() * float64(total-done) / float64(done)
}

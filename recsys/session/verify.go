package session

import (
	"fmt"
	"math"
	"strconv"

	"lethe/recsys/api"
	"lethe/recsys/data"
	"lethe/recsys/dense"
	"lethe/recsys/erase"
	"lethe/recsys/erase/receipt"
	"lethe/recsys/model"
	"lethe/recsys/train"
	"lethe/recsys/unlearn"
)

// Verify checks receipts: form, signature, opening and chain. With Replay it also does again
// what the last one says on the open data, which are those of afterwards or, with the opening,
// those of before, and compares the hash of all weights. With a model file it audits that
// model. What does not hold is a finding; an error means that nothing could be checked.
func (s *Session) Verify(lines, modelFile []byte, c api.Verify, obs api.Observer) (api.Verified, error) {
	list, err := receipt.Decode(lines)
	if err == nil {
		err = receipt.VerifyChain(list)
	}
	if err != nil {
		return api.Verified{Findings: []string{sentence(err.Error())}}, nil
	}
	r := &list[len(list)-1]
	out := api.Verified{Receipts: len(list), Passed: true, Findings: []string{
		fmt.Sprintf("The signature fits: nothing in it was changed since the key %s signed it.", r.Receipt.Fingerprint())}}
	if len(list) > 1 {
		out.Findings = append(out.Findings, fmt.Sprintf("The chain of %d receipts is whole.", len(list)))
	}
	if r.Opening != nil {
		out.Findings = append(out.Findings, fmt.Sprintf("The opening fits: the request was %q.", r.Opening.Request))
	}
	if !c.Replay {
		return out, nil
	}
	v := &verifier{s: s, r: r, out: &out, obs: obs}
	return out, v.replay(modelFile)
}

func sentence(s string) string { return upper(s) + "." }

func upper(s string) string {
	if s == "" {
		return s
	}
	if s[0] >= 'a' && s[0] <= 'z' {
		return string(s[0]-'a'+'A') + s[1:]
	}
	return s
}

// verifier replays one receipt.
type verifier struct {
	s   *Session
	r   *receipt.Document
	out *api.Verified
	obs api.Observer

	before *data.Dataset // nil where they are not here
	after  *data.Dataset
	forget *data.ForgetSet
}

func (v *verifier) pass(format string, args ...any) {
	v.out.Findings = append(v.out.Findings, fmt.Sprintf(format, args...))
}

func (v *verifier) fail(format string, args ...any) {
	v.out.Passed = false
	v.pass(format, args...)
}

// find looks for the receipt's data among the open ones, alone and with the visitor, as they are
// and without what the request names.
func (v *verifier) find() error {
	r := &v.r.Receipt
	for _, d := range []*data.Dataset{v.s.base, withVisitor(v.s.base, v.s.likes), withVisitor(v.s.base, nil)} {
		hash := d.SHA256()
		if hash == r.Data {
			v.after = d
			return nil
		}
		o := v.r.Opening
		if o == nil || hash != o.DataBefore {
			continue
		}
		seed, err := strconv.ParseUint(o.Seed, 10, 64)
		if err != nil {
			return err
		}
		// The visitor of this session is the one of the data, or there is none.
		own := *v.s
		if own.opt.Visitor = d != v.s.base; own.opt.Visitor {
			own.likes = d.Train.Row(d.Users() - 1)
		}
		f, err := own.resolve(o.Request, seed, d)
		if err != nil {
			return err
		}
		after := data.Retain(d, f)
		if own.opt.Visitor { // who was forgotten is the visitor again, without clicks
			base := data.Retain(v.s.base, withoutVisitor(f, v.s.base.Users()))
			after = withVisitor(base, after.Train.Row(d.Users()-1))
		}
		if got := after.SHA256(); got != r.Data {
			v.fail("Without what the request names, these data are not those of the receipt: %.12s… and %.12s….", got, r.Data)
			return nil
		}
		v.before, v.after, v.forget = d, after, f
		return nil
	}
	v.fail("These data are neither those of the receipt nor those of before it: nothing could be replayed. Bring the data that remained, or those of before together with the opening.")
	return nil
}

func (v *verifier) replay(modelFile []byte) error {
	if err := v.s.needData(); err != nil {
		return err
	}
	r := &v.r.Receipt
	if err := v.find(); err != nil || v.after == nil {
		return err
	}
	v.pass("The data without what was erased have the hash in the receipt.")
	if r.Theta == "" {
		v.pass("No model had learned from the data: there is nothing to train again.")
		return nil
	}
	config := r.Train
	seed, err := strconv.ParseUint(r.Seeds.Train, 10, 64)
	if err != nil {
		v.fail("The receipt's seed %q is not a number.", r.Seeds.Train)
		return nil
	}
	config.Seed = seed
	if err := v.kernels(config); err != nil {
		return err
	}
	gold, err := v.train(v.after, config)
	if err != nil {
		return err
	}
	switch {
	case r.Tier == receipt.Exact && gold.SHA256() == r.Theta:
		v.pass("Trained again without it, the model has the same %d weights, bit for bit: the exact tier holds.", len(gold.Theta))
	case r.Tier == receipt.Exact && !bitExact(r.Method.Name):
		v.pass("The method %s is exact up to rounding: its weights are not compared with Retrain's bit for bit.", r.Method.Name)
	case r.Tier == receipt.Exact:
		v.fail("Trained again without it, the model has other weights (%.12s…) than the receipt says (%.12s…).", gold.SHA256(), r.Theta)
	case v.before == nil:
		v.pass("The weights are of the tier %q: to replay the method, bring the data of before. The receipt of the exact tier can be replayed on these.", r.Tier)
	default:
		if err := v.method(config); err != nil {
			return err
		}
	}
	if modelFile == nil {
		return nil
	}
	return v.audit(modelFile, gold, config)
}

// bitExact tells whether an exact method's weights are Retrain's to the last bit.
func bitExact(method string) bool { return method == "retrain" || method == "none" }

func (v *verifier) kernels(config api.TrainConfig) error {
	be, err := v.s.opt.Backend(config.Backend)
	if err != nil {
		return err
	}
	here, err := erase.Kernels(be)
	if err != nil {
		return err
	}
	for name, hash := range v.r.Receipt.Code.Kernels {
		if here[name] != hash {
			v.pass("The kernel %s computes other bits here than where the receipt was made: a replay may differ for that reason alone.", name)
		}
	}
	return nil
}

func (v *verifier) train(d *data.Dataset, config api.TrainConfig) (*dense.Params, error) {
	m, err := model.New(v.r.Receipt.Model, d)
	if err != nil {
		return nil, err
	}
	be, err := v.s.opt.Backend(config.Backend)
	if err != nil {
		return nil, err
	}
	f, err := train.Fit(m, d, be, config, v.obs)
	if err != nil {
		return nil, err
	}
	return f.Params, nil
}

// method replays an approximate method from the first training on.
func (v *verifier) method(config api.TrainConfig) error {
	before, err := v.train(v.before, config)
	if err != nil {
		return err
	}
	if before.SHA256() != v.r.Opening.ThetaBefore {
		v.pass("The model of before was not trained from scratch on these data (it had forgotten before): the method cannot be replayed, the exact tier can.")
		return nil
	}
	r := &v.r.Receipt
	method, err := unlearn.New(r.Method.Name)
	if err != nil {
		v.fail("The receipt names a method that this version does not have: %s.", r.Method.Name)
		return nil
	}
	task, err := v.task(before, config)
	if err != nil {
		return err
	}
	result, err := method.Unlearn(task)
	if err != nil {
		return err
	}
	if got := result.Params.SHA256(); got != r.Theta {
		v.fail("The method %s, done again, gives other weights (%.12s…) than the receipt says (%.12s…): they were not made as it says.", r.Method.Name, got, r.Theta)
		return nil
	}
	v.pass("Trained and made to forget again with %s, the model has the same weights, bit for bit.", r.Method.Name)
	return nil
}

func (v *verifier) task(before *dense.Params, config api.TrainConfig) (*unlearn.Task, error) {
	be, err := v.s.opt.Backend(config.Backend)
	if err != nil {
		return nil, err
	}
	seed, err := strconv.ParseUint(v.r.Receipt.Seeds.Request, 10, 64)
	if err != nil {
		return nil, err
	}
	return &unlearn.Task{Model: v.r.Receipt.Model, Train: config, Before: before, Data: v.before, Forget: v.forget,
		Retain: data.Retain(v.before, v.forget), Backend: be, Seed: seed, Observe: v.obs}, nil
}

// telling are the measures that tell remembering from forgetting, and how far from Retrain's
// they may lie, in standard errors of the difference: beyond that for one in ten thousand.
var telling = []string{"forget_auc", "forget_auc_rows", "recon_auc", "forget_recall@20"}

const farthest = 3.9

// audit measures a model that claims to be the receipt's beside Retrain. It needs the data of before.
func (v *verifier) audit(modelFile []byte, gold *dense.Params, config api.TrainConfig) error {
	if v.before == nil {
		v.fail("To audit a model file, bring the data of before and the receipt's opening.")
		return nil
	}
	h, err := model.DecodeHeader(modelFile)
	if err != nil {
		return err
	}
	bound := v.after
	if h.Data == v.before.SHA256() {
		bound = v.before
		v.fail("The model file is bound to the data of before the request.")
	}
	_, params, err := h.Bind(bound)
	if err != nil {
		return err
	}
	if params.SHA256() == v.r.Receipt.Theta {
		v.pass("The model file holds the weights that the receipt names.")
	} else {
		v.fail("The model file holds other weights than the receipt names.")
	}
	task, err := v.task(params, config)
	if err != nil {
		return err
	}
	got, err := unlearn.Measure(task, params, bound)
	if err != nil {
		return err
	}
	want, err := unlearn.Measure(task, gold, v.after)
	if err != nil {
		return err
	}
	for name, a := range v.r.Receipt.Audits {
		if e, ok := got.Estimates[name]; ok && name != "delta_auc" && math.Abs(e.Value-a.Value) > 1e-9 {
			v.fail("The receipt says %s %.4f, measured here it is %.4f.", name, a.Value, e.Value)
		}
	}
	for _, name := range telling {
		a, ok := got.Estimates[name]
		b, also := want.Estimates[name]
		if !ok || !also {
			continue
		}
		if d, e := a.Value-b.Value, math.Hypot(a.SE, b.SE); d > farthest*e && d > 0.01 {
			v.fail("The model still remembers: %s is %.3f, Retrain's is %.3f.", name, a.Value, b.Value)
		} else {
			v.pass("%s is %.3f, Retrain's is %.3f.", name, a.Value, b.Value)
		}
	}
	return nil
}

package train

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"

	"lethe/recsys/dense"
)

// Checkpoint is a training between two epochs. Going on from one gives the bits that going on
// without a break would have given: streams follow names and epochs, never the order of calls.
type Checkpoint struct {
	Step        int       // of the optimiser
	Theta, M, V []float32 // weights and Adam's moments
	Fitted      Fitted    // so far
}

// checkpoint reads the state of a training off the backend.
func (l *Learner) checkpoint(f *Fitted) (*Checkpoint, error) {
	n := l.Net.Theta.Cols
	c := &Checkpoint{Step: l.t, Theta: make([]float32, n), M: make([]float32, n), V: make([]float32, n), Fitted: *f}
	be := l.Net.be
	if err := be.Read(l.Net.Theta, c.Theta); err != nil {
		return nil, err
	}
	if err := be.Read(l.m, c.M); err != nil {
		return nil, err
	}
	return c, be.Read(l.v, c.V)
}

// resume puts a checkpoint back.
func (l *Learner) resume(c *Checkpoint) error {
	n := l.Net.Theta.Cols
	if len(c.Theta) != n || len(c.M) != n || len(c.V) != n {
		return fmt.Errorf("the checkpoint has %d weights, the model %d: train from the start", len(c.Theta), n)
	}
	be := l.Net.be
	be.Write(l.Net.Theta, c.Theta)
	be.Write(l.m, c.M)
	be.Write(l.v, c.V)
	l.t = c.Step
	return nil
}

// checkpointFormat names the layout of Encode.
const checkpointFormat = "lethe-checkpoint/1"

// Encode is the checkpoint as a safetensors file. key names what is trained, for whoever
// decodes it.
func (c *Checkpoint) Encode(key string) ([]byte, error) {
	fitted := c.Fitted
	fitted.Params = nil
	rest, err := json.Marshal(fitted)
	if err != nil {
		return nil, fmt.Errorf("write checkpoint: %w", err)
	}
	var b bytes.Buffer
	n := []int{len(c.Theta)}
	err = dense.EncodeSafetensors(&b, map[string]string{"format": checkpointFormat, "key": key, "step": strconv.Itoa(c.Step), "fitted": string(rest)},
		[]dense.Tensor{dense.F32("theta", n, c.Theta), dense.F32("m", n, c.M), dense.F32("v", n, c.V), dense.F32("best", n, c.Fitted.Params.Theta)})
	return b.Bytes(), err
}

// DecodeCheckpoint reads what Encode wrote under the same key, for weights of a layout. It
// returns nil for a checkpoint of something else.
func DecodeCheckpoint(b []byte, key string, specs []dense.Spec) (*Checkpoint, error) {
	meta, tensors, err := dense.DecodeSafetensors(b)
	if err != nil {
		return nil, fmt.Errorf("read checkpoint: %w", err)
	}
	if meta["format"] != checkpointFormat || meta["key"] != key {
		return nil, nil
	}
	c := &Checkpoint{}
	if c.Step, err = strconv.Atoi(meta["step"]); err != nil || c.Step < 0 {
		return nil, fmt.Errorf("read checkpoint: step %q is not a number of steps", meta["step"])
	}
	if err := json.Unmarshal([]byte(meta["fitted"]), &c.Fitted); err != nil {
		return nil, fmt.Errorf("read checkpoint: %w", err)
	}
	best := dense.NewParams(specs...)
	for _, t := range tensors {
		v, err := t.Float32s()
		if err != nil {
			return nil, fmt.Errorf("read checkpoint: %w", err)
		}
		switch t.Name {
		case "theta":
			c.Theta = v
		case "m":
			c.M = v
		case "v":
			c.V = v
		case "best":
			if copy(best.Theta, v); len(v) != len(best.Theta) {
				return nil, fmt.Errorf("read checkpoint: %d weights where the model has %d", len(v), len(best.Theta))
			}
		}
	}
	if n := len(best.Theta); len(c.Theta) != n || len(c.M) != n || len(c.V) != n || c.Fitted.Epochs < 1 || c.Fitted.BestEpoch > c.Fitted.Epochs {
		return nil, fmt.Errorf("read checkpoint: it is not whole")
	}
	c.Fitted.Params = best
	return c, nil
}

//go:build js && wasm

package jsutil

import (
	"encoding/json"
	"math"
	"syscall/js"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"lethe/recsys/api"
)

func eval(t *testing.T, code string) js.Value {
	t.Helper()
	v, err := Try(js.Global(), "eval", code)
	require.NoError(t, err)
	return v
}

func TestAwait(t *testing.T) {
	tests := []struct {
		code, want, fail string
	}{
		{"Promise.resolve('now')", "now", ""},
		{"new Promise(r => setTimeout(() => r('later'), 5))", "later", ""},
		{"'no promise'", "no promise", ""},
		{"Promise.reject(new Error('refused'))", "", "refused"},
		{"Promise.reject(new TypeError('refused'))", "", "TypeError: refused"},
		{"Promise.reject('a string')", "", "a string"},
		{"Promise.reject()", "", "undefined"},
		{"Promise.reject(null)", "", "null"},
		{"Promise.reject(Symbol('s'))", "", "Symbol(s)"},
		{"new Promise((_, r) => setTimeout(() => r(7), 5))", "", "7"},
	}
	for _, test := range tests {
		v, err := Await(eval(t, test.code))
		if test.fail != "" {
			assert.EqualError(t, err, test.fail, test.code)
			continue
		}
		require.NoError(t, err, test.code)
		assert.Equal(t, test.want, v.String(), test.code)
	}
}

func TestTryReturnsWhatIsThrown(t *testing.T) {
	_, err := Try(eval(t, "({f() { throw new RangeError('too far') }})"), "f")
	assert.EqualError(t, err, "RangeError: too far")
	v, err := Try(eval(t, "({f(a, b) { return a + b }})"), "f", 2, 3)
	require.NoError(t, err)
	assert.Equal(t, 5, v.Int())
}

func TestBytesOfEveryContainer(t *testing.T) {
	tests := []struct {
		code string
		want []byte
	}{
		{"new Uint8Array([1, 2, 3])", []byte{1, 2, 3}},
		{"new Uint8Array([1, 2, 3]).buffer", []byte{1, 2, 3}},
		{"new Uint8Array([9, 1, 2, 3, 9]).subarray(1, 4)", []byte{1, 2, 3}},
		{"new Uint16Array([1, 515]).subarray(1)", []byte{3, 2}},
		{"new DataView(new Uint8Array([9, 1, 2]).buffer, 1)", []byte{1, 2}},
		{"new Uint8Array(0)", nil},
		{"new ArrayBuffer(0)", nil},
		{"null", nil},
		{"undefined", nil},
	}
	for _, test := range tests {
		assert.Equal(t, test.want, Bytes(eval(t, test.code)), test.code)
	}
}

func TestArraysAreCopies(t *testing.T) {
	b := []byte{1, 2, 3}
	a := Uint8Array(b)
	b[0] = 9
	assert.Equal(t, []byte{1, 2, 3}, Bytes(a))
	assert.Equal(t, 3, a.Get("buffer").Get("byteLength").Int(), "the buffer holds nothing else")
	assert.Equal(t, 0, Uint8Array(nil).Length())
}

func TestFloatsKeepTheirBits(t *testing.T) {
	f := []float32{0, float32(math.Copysign(0, -1)), 1.5, math.MaxFloat32, math.SmallestNonzeroFloat32, float32(math.Inf(-1))}
	a := Float32Array(f)
	require.Equal(t, len(f), a.Length())
	assert.Equal(t, 1.5, a.Index(2).Float())
	back := make([]float32, len(f))
	assert.Equal(t, len(f), CopyFloats(back, a))
	for i := range f {
		assert.Equal(t, math.Float32bits(f[i]), math.Float32bits(back[i]), "%v", f[i])
	}
	assert.Equal(t, 2, CopyFloats(back[:2], a.Call("subarray", 2)))
	assert.Equal(t, float32(1.5), back[0])
	assert.Equal(t, 0, Float32Array(nil).Length())
}

// TestYieldDeliversMessages posts to this thread and then works without ever
// waiting: nothing arrives until it yields, and one yield is enough.
func TestYieldDeliversMessages(t *testing.T) {
	channel := js.Global().Get("MessageChannel").New()
	p := NewPort(channel.Get("port1"))
	channel.Get("port2").Call("postMessage", map[string]any{"v": 1, "op": "cancel"})
	spin(20 * time.Millisecond)
	select {
	case <-p.Messages():
		t.Fatal("a message arrived in the middle of a computation")
	default:
	}
	Yield()
	select {
	case m := <-p.Messages():
		assert.Equal(t, api.OpCancel, m.Op)
	case <-time.After(time.Second):
		t.Fatal("no message after a yield")
	}
}

func TestYieldServesSeveralGoroutines(t *testing.T) {
	done := make(chan int)
	for g := range 20 {
		go func() {
			for range 10 {
				Yield()
			}
			done <- g
		}()
	}
	seen := map[int]bool{}
	for range 20 {
		seen[<-done] = true
	}
	assert.Len(t, seen, 20)
}

func spin(d time.Duration) {
	for end := time.Now().Add(d); time.Now().Before(end); {
	}
}

func TestPortCarriesMessagesInOrder(t *testing.T) {
	channel := js.Global().Get("MessageChannel").New()
	engine, page := NewPort(channel.Get("port1")), NewPort(channel.Get("port2"))
	const n = 300 // far more than any buffer, posted before anyone listens
	for id := range n {
		require.NoError(t, page.Post(api.NewMessage(id, api.OpRecommend, api.Recommend{User: id, K: 10}, []byte{byte(id), byte(id >> 8)})))
	}
	go func() {
		for m := range engine.Messages() {
			engine.Post(api.Message{V: m.V, ID: m.ID, Op: api.OpDone, Head: m.Head, Body: append(m.Body, 0xff)})
		}
	}()
	for id := range n {
		m := <-page.Messages()
		require.Equal(t, id, m.ID)
		require.Equal(t, api.OpDone, m.Op)
		require.Equal(t, []byte{byte(id), byte(id >> 8), 0xff}, m.Body)
		var head api.Recommend
		require.NoError(t, m.Decode(&head))
		require.Equal(t, api.Recommend{User: id, K: 10}, head)
	}
}

func TestPortTransfersBodies(t *testing.T) {
	channel := js.Global().Get("MessageChannel").New()
	p := NewPort(channel.Get("port1"))
	eval(t, "globalThis.sent = []; globalThis.spy = {postMessage(m, transfer) { sent.push(transfer.length, m.body === transfer[0], m.head, m.body && m.body.byteLength) }}")
	require.NoError(t, NewPort(js.Global().Get("spy")).Post(api.NewMessage(1, api.OpOpen, api.Open{Name: "né"}, []byte("body"))))
	require.NoError(t, NewPort(js.Global().Get("spy")).Post(api.NewMessage(2, api.OpOpen, api.Open{}, nil)))
	got := js.Global().Get("JSON").Call("stringify", js.Global().Get("sent")).String()
	assert.JSONEq(t, `[1, true, "{\"name\":\"né\"}", 4, 0, true, "{}", null]`, got)

	body := Uint8Array(make([]byte, 8)).Get("buffer")
	channel.Get("port2").Call("postMessage", map[string]any{"v": 1, "id": 3, "op": "open", "head": "{}", "body": body}, []any{body})
	m := <-p.Messages()
	assert.Len(t, m.Body, 8)
	assert.Equal(t, 0, body.Get("byteLength").Int(), "detached by the transfer")
}

func TestPortSurvivesNonsense(t *testing.T) {
	channel := js.Global().Get("MessageChannel").New()
	p := NewPort(channel.Get("port1"))
	for _, code := range []string{"null", "7", "'text'", "({})", "({v: 'one', id: {}, op: 3, head: {}, body: 'x'})", "({v: 1, op: 'train', head: '{', body: {}})"} {
		channel.Get("port2").Call("postMessage", eval(t, code))
		m := <-p.Messages()
		assert.Error(t, m.Decode(&struct{}{}), code)
	}
}

func TestPostReportsAClosedDoor(t *testing.T) {
	door := eval(t, "({postMessage() { throw new DOMException('no way', 'DataCloneError') }})")
	err := NewPort(door).Post(api.Message{Op: api.OpTrain})
	assert.EqualError(t, err, `posting "train": DataCloneError: no way`)
}

// TestOnErrorHearsAWorker starts a real worker that throws.
func TestOnErrorHearsAWorker(t *testing.T) {
	blob := eval(t, "URL.createObjectURL(new Blob(['onmessage = () => { throw new Error(`broken on purpose`) }'], {type: 'text/javascript'}))")
	worker := js.Global().Get("Worker").New(blob)
	defer worker.Call("terminate")
	p, heard := NewPort(worker), make(chan string, 1)
	p.OnError(func(s string) { heard <- s })
	require.NoError(t, p.Post(api.NewMessage(1, api.OpTrain, json.RawMessage("{}"), nil)))
	select {
	case s := <-heard:
		assert.Contains(t, s, "broken on purpose")
	case <-time.After(5 * time.Second):
		t.Fatal("nothing heard")
	}
}

// BenchmarkYield prices one turn of the event loop.
func BenchmarkYield(b *testing.B) {
	for b.Loop() {
		Yield()
	}
}

func BenchmarkFloat32Array64K(b *testing.B) {
	f := make([]float32, 1<<16)
	b.SetBytes(4 << 16)
	for b.Loop() {
		CopyFloats(f, Float32Array(f))
	}
}

// BenchmarkPort prices a message with a small body there and back, both ends in
// this thread.
func BenchmarkPort(b *testing.B) {
	channel := js.Global().Get("MessageChannel").New()
	far, near := NewPort(channel.Get("port1")), NewPort(channel.Get("port2"))
	go func() {
		for m := range far.Messages() {
			far.Post(m)
		}
	}()
	m := api.NewMessage(1, api.OpRecommend, api.Recommend{K: 10}, make([]byte, 64))
	for b.Loop() {
		near.Post(m)
		<-near.Messages()
	}
}

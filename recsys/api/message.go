package api

import (
	"encoding/json"
	"fmt"
)

// Protocol, in five rules. The engine speaks first, with Hello. Each command gets
// exactly one Done or Failed with its ID; Progress may come before it, at most ten a
// second. Commands that change something (Open, Like, Train, Unlearn, Import) run one at
// a time in order; Cancel, Recommend and Similar overtake them. Error codes are a closed
// set. A panic inside a job becomes Failed with CodeInternal and the engine lives on.

// Op names a command or an event.
type Op string

// Commands, sent to the engine.
const (
	OpOpen      Op = "open"      // Open → Opened; body: the dropped files, packed
	OpLike      Op = "like"      // Like → nothing
	OpTrain     Op = "train"     // Train → TrainResult
	OpRecommend Op = "recommend" // Recommend → Ranking
	OpSimilar   Op = "similar"   // Similar → Ranking
	OpForgetSet Op = "forgetset" // Resolve → Forget: what a request would touch
	OpUnlearn   Op = "unlearn"   // Unlearn → Row
	OpCompare   Op = "compare"   // Compare → Comparison of the slots' models
	OpMap       Op = "map"       // nothing → Mapped; body: the points' places
	OpExport    Op = "export"    // Export → nothing; body: the model file
	OpImport    Op = "import"    // nothing → TrainResult; body: a model file
	OpCancel    Op = "cancel"    // Cancel → nothing; the cancelled job fails with CodeCancelled
)

// Events, sent by the engine.
const (
	OpHello    Op = "hello"    // Hello
	OpProgress Op = "progress" // Progress
	OpDone     Op = "done"     // the command's result
	OpFailed   Op = "failed"   // Failure
	OpKept     Op = "kept"     // Kept: after a command that changed what is kept, before its Done
)

// Message is what crosses between threads: {v, id, op, head, body}. Head is
// JSON; Body is transferred bytes, safetensors or files packed by PackFiles.
type Message struct {
	V    int
	ID   int
	Op   Op
	Head json.RawMessage
	Body []byte
}

// NewMessage encodes a head. It panics if the head cannot be encoded, which
// only a programmer can cause.
func NewMessage(id int, op Op, head any, body []byte) Message {
	b, err := json.Marshal(head)
	if err != nil {
		panic("api: head does not encode: " + err.Error())
	}
	return Message{Version, id, op, b, body}
}

// Decode reads the head into v, refusing a message of another version.
func (m Message) Decode(v any) error {
	if m.V != Version {
		return fmt.Errorf("message %q speaks protocol version %d, this program speaks %d: reload the page", m.Op, m.V, Version)
	}
	if len(m.Head) == 0 {
		return nil
	}
	if err := json.Unmarshal(m.Head, v); err != nil {
		return fmt.Errorf("head of %q: %w", m.Op, err)
	}
	return nil
}

// Slot names one of the models an engine holds.
type Slot string

// The slots: the trained model, its unlearned successor, and Retrain.
const (
	Before  Slot = "before"
	After   Slot = "after"
	Retrain Slot = "retrain"
)

// Hello introduces the engine.
type Hello struct {
	Version  int      `json:"version"`
	SIMD     bool     `json:"simd"`     // vector kernels compiled in
	Backends []string `json:"backends"` // usable here, best first
	Methods  []Method `json:"methods"`  // unlearning methods
	Models   []string `json:"models"`
}

// Method describes an unlearning method.
type Method struct {
	Name      string `json:"name"`
	Guarantee string `json:"guarantee"`
	Summary   string `json:"summary"`
}

// Open loads data: the demo catalogue (fetched by the engine from DemoURL) or the
// files in the body. On failure the data open before stay.
type Open struct {
	Demo    bool   `json:"demo,omitempty"`
	DemoURL string `json:"demo_url,omitempty"`
	Name    string `json:"name,omitempty"` // shown as the data set's name
	// Alone allows a catalogue without interactions: the visitor is its only user.
	Alone bool `json:"alone,omitempty"`
}

// Opened tells what was loaded.
type Opened struct {
	Name       string       `json:"name"`
	Users      int          `json:"users"` // without the visitor
	Items      int          `json:"items"`
	Train      int          `json:"train"`
	Valid      int          `json:"valid"`
	Test       int          `json:"test"`
	Modalities []Modality   `json:"modalities"`
	Catalog    []Item       `json:"catalog,omitempty"`
	Trained    *TrainResult `json:"trained,omitempty"` // the snapshot that came with the data
	Warnings   []string     `json:"warnings,omitempty"`
	// UserIDs are the identifiers of the first users, by number, to choose from in a request.
	UserIDs []string `json:"user_ids,omitempty"`
	Demo    bool     `json:"demo,omitempty"` // the demo catalogue, whose pictures lie beside the page
	Likes   []int    `json:"likes,omitempty"`
}

// Modality describes one modality of a data set.
type Modality struct {
	Name string `json:"name"`
	Dim  int    `json:"dim"`
}

// Item is one catalogue entry as the page shows it. Index in the list is the
// item's number in every message.
type Item struct {
	ID          string   `json:"id"`
	Title       string   `json:"title,omitempty"`
	Description string   `json:"description,omitempty"`
	Creator     string   `json:"creator,omitempty"`
	Licence     string   `json:"licence,omitempty"`
	Category    []string `json:"category,omitempty"`
	Image       string   `json:"image,omitempty"`
	Count       int      `json:"count"` // training interactions
}

// Like sets the visitor's clicks: the visitor is a user like any other, whose
// row enters the next training and is folded in until then.
type Like struct {
	Items []int `json:"items"`
	Keep  bool  `json:"keep,omitempty"` // at once, not only with the next command that keeps
}

// Train fits a model into slot Before.
type Train struct {
	// Preset names the defaults that zero fields take: fast (default) or paper.
	Preset string      `json:"preset,omitempty"`
	Model  ModelConfig `json:"model"`
	Train  TrainConfig `json:"train"`
	// Visitorless leaves the visitor out, so that the weights are those of the command line to the last bit.
	Visitorless bool `json:"visitorless,omitempty"`
}

// Recommend ranks unseen items for a user, or for the visitor (User < 0).
type Recommend struct {
	Slot Slot `json:"slot"`
	User int  `json:"user"`
	K    int  `json:"k"`
}

// Similar ranks items by closeness to an item.
type Similar struct {
	Slot Slot `json:"slot"`
	Item int  `json:"item"`
	K    int  `json:"k"`
}

// Ranking is a ranked list, best first.
type Ranking struct {
	Items  []int     `json:"items"`
	Scores []float64 `json:"scores"`
	// Why, per item, splits the score into named parts that sum to it. Nil where
	// the model has one part only.
	Why    [][]Part `json:"why,omitempty"`
	Millis float64  `json:"millis"`
}

// Part is one summand of a score: "people" for what co-clicks taught, or the name of a modality.
type Part struct {
	Name  string  `json:"name"`
	Score float64 `json:"score"`
}

// Resolve asks what a request would touch, without touching it. Request is
// the grammar of the command line; "visitor" means the visitor's own clicks, "visitor:3.14" those on
// the items numbered 3 and 14.
type Resolve struct {
	Request string `json:"request"`
	Seed    uint64 `json:"seed"`
}

// Unlearn runs a method from slot Before into slot After, or into slot Retrain
// when the method is "retrain".
type Unlearn struct {
	Method  string `json:"method"`
	Request string `json:"request"`
	Seed    uint64 `json:"seed"`
	// Row is the result of another engine that has the same data and model. Its slot's file is the message's
	// body, and nothing is computed here.
	Row  *Row   `json:"row,omitempty"`
	File []byte `json:"-"`
}

// Compare measures all filled slots on the same request and users.
type Compare struct {
	User int `json:"user"` // whose lists are shown; below 0 the visitor
	K    int `json:"k"`
}

// Comparison is before | after | Retrain.
type Comparison struct {
	Forget Forget           `json:"forget"`
	Rows   map[Slot]Row     `json:"rows"`
	Lists  map[Slot]Ranking `json:"lists"`
}

// Mapped tells how the body of a map is laid out: for each slot Items points and
// then Users points, two float32 each, little-endian; NaN for what the slot has forgotten.
type Mapped struct {
	Slots []Slot `json:"slots"`
	Items int    `json:"items"`
	Users int    `json:"users"`
	Step  int    `json:"step"` // point k of the users is user k·Step
}

// Cancel stops the job of a command.
type Cancel struct {
	Job int `json:"job"`
}

// Export asks for the model of a slot as a file.
type Export struct {
	Slot Slot `json:"slot"`
}

// Progress tells how far a job is.
type Progress struct {
	Stage       string  `json:"stage"` // open, train, unlearn, retrain, evaluate
	Done        int     `json:"done"`
	Total       int     `json:"total"`        // 0 while unknown
	SecondsLeft float64 `json:"seconds_left"` // below 0 while unknown
	Point       *Point  `json:"point,omitempty"`
}

// Code says what kind of failure it was. The set is closed.
type Code string

// The codes.
const (
	CodeBadInput    Code = "bad_input"   // data or a file; Failure names file, line, value, remedy
	CodeBadCommand  Code = "bad_command" // unknown op, malformed head, unknown name
	CodeNotReady    Code = "not_ready"   // no data open, no model trained, slot empty
	CodeUnsupported Code = "unsupported" // the method cannot serve this model or request
	CodeCancelled   Code = "cancelled"
	CodeDevice      Code = "device"   // the GPU was lost or refused
	CodeNotKept     Code = "not_kept" // storage failed or is full; what is open stays open
	CodeInternal    Code = "internal" // a bug; the engine lives on
)

// Failure is the head of OpFailed, and an error.
type Failure struct {
	Code    Code   `json:"code"`
	Message string `json:"message"` // a full sentence
	File    string `json:"file,omitempty"`
	Line    int    `json:"line,omitempty"`
	Value   string `json:"value,omitempty"`
	Remedy  string `json:"remedy,omitempty"`
}

func (f *Failure) Error() string { return f.Message }

// Observer follows a job: it is told how far the job is, often, and may take time to
// let other work in. An error from it stops the job, which then returns that error. Nil
// observers are allowed wherever one is asked for.
type Observer func(Progress) error

// Tell calls the observer if there is one.
func (o Observer) Tell(p Progress) error {
	if o == nil {
		return nil
	}
	return o(p)
}

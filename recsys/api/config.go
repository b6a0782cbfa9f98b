// Package api is what the page, the JavaScript SDK, the command line and the
// engine share: configurations with their defaults, commands, results, events
// and the codec between threads. It knows no algorithm.
package api

// Version is the version of the protocol and of every stored head.
const Version = 1

// ModelConfig chooses a model. Zero fields take the default named beside them.
type ModelConfig struct {
	Name   string  `json:"name"`             // bpr, vbpr, lightgcn, freedom, mgcn, tokenset, ease
	Dim    int     `json:"dim,omitempty"`    // width of an embedding; 64
	Layers int     `json:"layers,omitempty"` // graph convolutions; the model's own default
	Reg    float64 `json:"reg,omitempty"`    // L2 weight on a batch's rows; the model's own default
	Aux    float64 `json:"aux,omitempty"`    // weight of the auxiliary loss, of VBPR's L2 on projected content; the model's own default
	// Prune is the share of edges that FREEDOM leaves out of an epoch's graph; 0.8.
	Prune float64 `json:"prune,omitempty"`
	// Neighbors is k of the item-item graphs; 10.
	Neighbors int `json:"neighbors,omitempty"`
	// ItemGraph is where the item-item graphs come from. "features": always from the feature
	// tables. Default: from the neighbour lists that came with the data, where these have at least
	// k, else from the feature tables.
	ItemGraph string `json:"item_graph,omitempty"`
	// Trainable makes the feature tables weights that train with the rest. Default: frozen.
	Trainable bool `json:"trainable,omitempty"`
	// Features is what models see of the feature tables. "raw": the numbers of the files;
	// "pca:K": their K principal directions, from which item graphs are made too unless the data
	// bring neighbours. Default: the numbers of the files. But for "raw", each table is scaled to
	// a mean square of 1, so that one step size fits any.
	Features string `json:"features,omitempty"`
	// Shards trains that many models apart, each on its own users, so that the method shard
	// forgets exactly by training a few of them again. Default: one model.
	Shards int `json:"shards,omitempty"`
	// Adapters brings content in through that many adapters, one for the licences that share a
	// hash, so that the method adapter takes a licence out exactly; bpr and lightgcn. Default: none.
	Adapters int `json:"adapters,omitempty"`
}

// TrainConfig chooses how a model is fitted. Zero fields take the default
// named beside them: the protocol of the MMRec toolbox (Zhou 2023) but for a larger step,
// which reaches the same validation Recall@20.
type TrainConfig struct {
	Seed     uint64  `json:"seed"`               // 0 is a seed like any other
	Epochs   int     `json:"epochs,omitempty"`   // at most this many; 1000
	Batch    int     `json:"batch,omitempty"`    // interactions per step; 2048
	Rate     float64 `json:"rate,omitempty"`     // Adam's step size; 0.005
	Decay    float64 `json:"decay,omitempty"`    // the rate falls to this share every 50 epochs; 1
	Patience int     `json:"patience,omitempty"` // epochs without a better validation Recall@20; 20
	Backend  string  `json:"backend,omitempty"`  // simd (default), reference, webgpu
}

// Metrics maps names such as "recall@20" or "ndcg@10" to means over users.
type Metrics map[string]float64

// TrainResult is what training a model gives beside the model itself.
type TrainResult struct {
	Model       string  `json:"model"`
	Data        string  `json:"data"`
	Seed        uint64  `json:"seed"`
	Epochs      int     `json:"epochs"`     // epochs run
	BestEpoch   int     `json:"best_epoch"` // whose weights were kept, from 1
	Seconds     float64 `json:"seconds"`
	Valid       Metrics `json:"valid"`
	Test        Metrics `json:"test"`
	Backend     string  `json:"backend"`
	PeakBytes   *int64  `json:"peak_bytes,omitempty"` // null where not known
	ThetaSHA256 string  `json:"theta_sha256"`
	Curve       []Point `json:"curve,omitempty"`
}

// Point is one epoch of a training curve, or one step of an unlearning curve.
type Point struct {
	Step    int     `json:"step"`
	Seconds float64 `json:"seconds"` // since the start
	Loss    float64 `json:"loss"`
	Valid   Metrics `json:"valid,omitempty"`
	// Gauge is the forgetting gauge of an unlearning step: the AUC of forgotten against
	// held-out interactions (or the reconstruction AUC for items); nil while training.
	Gauge *float64 `json:"gauge,omitempty"`
	// Race is, of a step of OpRelearn, the AUC of each runner.
	Race []float64 `json:"race,omitempty"`
}

// Forget describes a resolved request.
type Forget struct {
	Request string  `json:"request"`
	Kind    string  `json:"kind"`  // users, items, pairs, modality
	Share   float64 `json:"share"` // of the training interactions
	Pairs   int     `json:"pairs"` // training interactions that go
	Users   int     `json:"users"` // users touched
	Items   int     `json:"items"` // items touched
	// Live is how many of Pairs the trained model has not learned from: what the visitor clicked since.
	Live int `json:"live,omitempty"`
	// Touched is the numbers of some of the users touched, those with the most
	// interactions in the request first.
	Touched []int `json:"touched,omitempty"`
}

// Row is one line of the benchmark: a model, a method and a request, measured
// beside Retrain. Fields not measured are null.
type Row struct {
	Model               string   `json:"model"`
	Method              string   `json:"method"`
	Guarantee           string   `json:"guarantee"` // exact, approximate, certified, control
	Forget              Forget   `json:"forget"`
	Seconds             *float64 `json:"seconds"`
	RetrainSeconds      *float64 `json:"retrain_seconds"`
	PeakBytes           *int64   `json:"peak_bytes"`
	Valid               Metrics  `json:"valid"`
	Test                Metrics  `json:"test"`
	RetrainTest         Metrics  `json:"retrain_test"`
	ForgetRecall        *float64 `json:"forget_recall@20"`
	RetrainForgetRecall *float64 `json:"retrain_forget_recall@20"`
	ForgetAUC           *float64 `json:"forget_auc"`      // against held-out positives, final vectors; about 0.5 is right
	ForgetAUCRows       *float64 `json:"forget_auc_rows"` // the same on raw embedding rows
	RetrainForgetAUC    *float64 `json:"retrain_forget_auc"`
	ReconAUC            *float64 `json:"recon_auc"` // reconstruction attack on deleted items or users
	RetrainReconAUC     *float64 `json:"retrain_recon_auc"`
	MIAAUC              *float64 `json:"mia_auc"` // the strongest combination of membership attacks; 0.5 is right
	RetrainMIAAUC       *float64 `json:"retrain_mia_auc"`
	NoiseScore          *float64 `json:"noise_score"`
	NoiseLimit          *float64 `json:"noise_limit,omitempty"`  // a score up to this is Retrain's own noise
	WorstRetainRecall   *float64 `json:"worst_retain_recall@20"` // lowest validation Recall@20 on the way
	ThetaSHA256         *string  `json:"theta_sha256"`
	// Estimates are the measures above and more with their standard errors, by name.
	Estimates Estimates `json:"estimates,omitempty"`
	// Audits is what attacks found beside Retrain; empty where none ran.
	Audits []Audit `json:"audits,omitempty"`
	// Beside is what a report shows next to the audits, in parts, and nobody is convicted by: how alike the model and
	// Retrain are, bystanders, retention, … Empty where no audits ran.
	Beside []Audit `json:"beside,omitempty"`
	// Certificate is what a certified method vouches for.
	Certificate *Certificate `json:"certificate,omitempty"`
	Note        string       `json:"note,omitempty"` // why the method could not serve, for one
}

// CompareWith fills in Retrain's side.
func (r *Row) CompareWith(gold Row) {
	r.RetrainSeconds, r.RetrainTest, r.RetrainForgetRecall = gold.Seconds, gold.Test, gold.ForgetRecall
	r.RetrainForgetAUC, r.RetrainReconAUC, r.RetrainMIAAUC = gold.ForgetAUC, gold.ReconAUC, gold.MIAAUC
}

// Audit is one attack on a model beside the same attack on Retrains.
type Audit struct {
	Name     string   `json:"name"`
	Question string   `json:"question"`
	Value    Estimate `json:"value"`
	Retrain  Estimate `json:"retrain"`
	Distance float64  `json:"distance"` // from Retrain, in standard errors
	Side     string   `json:"side"`     // right, remembers, forgot too much, exposed, harmed
	Caught   bool     `json:"caught"`
	Part     string   `json:"part,omitempty"` // of Row.Beside
	Step     int      `json:"step,omitempty"` // of a reading that was taken more than once
}

// Certificate bounds what a released model can tell of a request: nobody who sees the
// part in Scope tells it from Retrain's of that part beyond (ε, δ).
type Certificate struct {
	Epsilon  float64 `json:"epsilon"`
	Delta    float64 `json:"delta"`
	Residual float64 `json:"residual"` // the largest gradient left
	Scope    string  `json:"scope"`
}

// Package recsys is the map of the engine: pure Go that runs natively and in a
// browser's Web Worker and has never heard of either.
//
// Packages in reading order, each importing only those before it:
//
//	api       what page, engine and command line say to each other
//	rng       random streams derived by name and entity, never by order of calls
//	lanes     eight float32 at a time
//	digest    SHA-256, light enough for the wire
//	sign      Ed25519, as the program's platform has it
//	math32    float32 functions with the same bits on every platform
//	dense     matrices; Params, all weights θ in one slice; safetensors
//	rank      a visitor's vector from clicks, the best of a list; a table that ranks without the engine
//	files     file systems in memory: dropped files, zips
//	data      interactions, features, splits, requests to forget; loaders
//	graph     normalised bipartite adjacency, item-item neighbours
//	backend   the kernels: reference (the oracle) and simd (the default)
//	tape      a step recorded once, replayed forward and backward
//	model     the recommenders; model files
//	eval      ranking metrics, forgetting gauges, attacks
//	train     sampler, optimiser, early stopping
//	unlearn   one file per method of forgetting, one table of methods
//	audit     attacks on a released model that compute: relearning, shadows, probes; the verdict
//	feed      what owners of catalogues tell devices to forget; logs with proofs
//	erase     forgetting for real: the transaction, tombstones, the inventory; below it
//	          store (generations, keys, logs) and receipt (signed, chained)
//	session   what a visitor or a command can do; one method per command
//	cmd/disk  a store in a folder
//	cmd/lethe the command line
//
// arch_test.go executes the order, and RATIONALE.md tells why it is so.
//
// # Notation
//
//	symbol    identifier        shape
//	U, I      Users, Items      number of users, of items
//	d         Dim               width of an embedding row
//	D         users.Cols        width of a final vector
//	D_r, D_f  Retain, Forget    retained, forgotten interactions
//	X         Train             U×I, binary, CSR
//	Â         graph.Bipartite   (U+I)×(U+I), D^-½ A D^-½
//	F_m       Modality.Rows     I×F, features of modality m
//	θ         Params.Theta      all weights
//	p_u, q_i  Users, Items      U×D, I×D, final vectors
//	s_ui      ⟨p_u, q_i⟩        score: always an inner product
//	u i j k   u i j k           user, positive, negative, rank
//
// # References
//
//   - Rendle, Freudenthaler, Gantner, Schmidt-Thieme: BPR. UAI 2009.
//   - He, McAuley: VBPR. AAAI 2016.
//   - He, Deng, Wang, Li, Zhang, Wang: LightGCN. SIGIR 2020.
//   - Zhou, Shen: A tale of two graphs (FREEDOM). ACM MM 2023.
//   - Yu, Tan, Lu, Bao: Multi-view graph convolutional network (MGCN). ACM MM 2023.
//   - Zhou: MMRec, a toolbox. ACM MM Asia 2023. The protocol of training and evaluation.
//   - Hu, Koren, Volinsky: Implicit feedback. ICDM 2008. Folding in.
//   - Sinha, Mandal, Kankanhalli: Multi-modal recommendation unlearning (MMRecUn). AAAI 2025.
//   - Kingma, Ba: Adam. ICLR 2015.
package recsys

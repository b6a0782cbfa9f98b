// Types and description of lethe.js.

/** The protocol's version. */
export const version: 1;

/** An item of the catalogue: catalog.schema.json. Further fields are given back as they are. */
export interface Item {
  /** Unique; never reused for another item. */
  id: string | number;
  /** Learned from, and shown. */
  title: string;
  /** Learned from. */
  description?: string;
  /** Whose takedown removes the item. */
  creator?: string;
  licence?: string;
  /** From general to special: a list, or one text with slashes. */
  category?: string | string[];
  /** Address of a picture, relative to the page. Other origins must allow it by CORS. */
  image?: string;
  /** Where a recommendation leads. */
  url?: string;
  [field: string]: unknown;
}

/** What somebody did with an item, in a population that the site ships. */
export interface Interaction {
  user: string;
  item: string;
  rating?: number;
  timestamp?: number;
  split?: "train" | "valid" | "test";
}

/** Where takedowns come from: a deployment's feed, or a file made by `lethe takedown sign`. */
export interface TakedownSource {
  /** Such as "/api/takedowns" or "takedowns.jsonl". */
  url: string;
  /** The owner's public key, as `lethe takedown key` prints it. */
  key: string;
}

/** How a model is trained; defaults suit most sites. */
export interface Training {
  preset?: "fast" | "paper";
  model?: { name?: "bpr" | "vbpr" | "lightgcn" | "freedom" | "mgcn" | "tokenset" | "ease"; dim?: number; layers?: number; reg?: number; aux?: number };
  train?: { seed?: number; epochs?: number; batch?: number; rate?: number; patience?: number; backend?: "simd" | "webgpu" };
}

export interface OpenOptions {
  /** Address of the catalogue, or its items. */
  catalog: string | readonly Item[];
  /** What others did: address of a CSV (user,item) or JSON file, or a list. Without it the visitor is the only user. */
  interactions?: string | readonly Interaction[];
  /** Addresses of the files that `lethe features` wrote. Without them the device reads words at once and pictures in idle time. */
  features?: readonly string[];
  /** Address of a model that `lethe train` wrote for these interactions and features. */
  model?: string;
  takedowns?: TakedownSource;
  /** Where to publish that something was forgotten, such as "/api/receipts". Nothing is published without it, and nothing that identifies anybody. */
  receipts?: string;
  /** Name of the place in the browser where this site keeps things; "site" unless given. */
  store?: string;
  /** Used whenever recommend finds no model. */
  training?: Training;
  /** Folder of engine.js, engine.wasm and wasm_exec.js; that of lethe.js unless given. */
  base?: string | URL;
  signal?: AbortSignal;
}

/** One recommendation. */
export interface Recommendation<I extends Item = Item> {
  id: string;
  item: I;
  score: number;
  /** The score's parts, such as people, image, text, where the model has several. */
  why?: { name: string; score: number }[];
}

/** What forgetting did. */
export interface Forgotten {
  tier: "unlearned" | "exact";
  /** Seconds after the request at which each tier was reached. */
  reached: Record<string, number>;
  /** False while the exact tier is still to come, in idle time. */
  exact: boolean;
  /** The signed receipt with its opening, one line of JSON each. Keep it: the device does not keep the opening. */
  receipt: string;
}

/** What an audit of the receipts found. */
export interface Audited {
  receipts: number;
  passed: boolean;
  /** Sentences, for people. */
  findings: string[];
}

/** What following the takedown feed did. */
export interface TakenDown {
  /** The last takedown that was followed. */
  serial: number;
  /** Takedowns that were not known. */
  new: number;
  /** Items, or contents of items, that were here and are not any more. */
  gone: number;
}

export interface Events {
  progress: Progress;
  /** Items, likes or the model changed: recommend again. */
  change: undefined;
  takedown: TakenDown;
  /** A receipt was published: its place in the log. */
  published: { id: string; place: number };
  /** Something in the background failed: reading the feed without a connection, for one. */
  error: unknown;
}

export interface Kept {
  /** "" where nothing is kept, for the reason in why. */
  where: "opfs" | "indexeddb" | "";
  why?: string;
  persistent: boolean;
  used: number;
  quota?: number;
}

/** A recommender on this device. Everything that fails rejects with a {@link Failure}, what is aborted with the signal's reason. */
export class Lethe<I extends Item = Item> {
  private constructor();
  /** Opens a catalogue with what is kept here for it, and follows the takedown feed. */
  static open<I extends Item = Item>(options: OpenOptions): Promise<Lethe<I>>;
  /** What can be recommended. */
  readonly items: I[];
  /** Identifiers of what the visitor likes. */
  readonly likes: string[];
  /** Where this site's things are kept. */
  readonly kept: Kept;
  /** Why the takedown feed could not be read at the start, if so. */
  readonly offline?: unknown;
  /** Likes items, or with on false does not any more. */
  like(id: string | number | readonly (string | number)[], on?: boolean): Promise<void>;
  unlike(id: string | number | readonly (string | number)[]): Promise<void>;
  /** Counts a look at an item. The second one counts like a like. Looks are kept in memory only. */
  view(id: string | number): Promise<void>;
  /** Ranks what the visitor has not liked yet, best first; trains first where there is no model. Empty where there is nothing to go by. */
  recommend(options?: { k?: number; signal?: AbortSignal }): Promise<Recommendation<I>[]>;
  /** Ranks items by closeness to one. */
  similar(id: string | number, options?: { k?: number; signal?: AbortSignal }): Promise<Recommendation<I>[]>;
  train(options?: Training & { signal?: AbortSignal }): Promise<TrainResult>;
  /**
   * Forgets for good: "visitor", "item:ID", "creator:NAME", "modality:image@ID", "category:A/B". Once begun it is carried out, after a crash
   * or an abort as well.
   */
  forget(request?: string, options?: { method?: string; signal?: AbortSignal }): Promise<Forgotten>;
  /** Checks signatures and chain of the receipts, and with replay does the last computation again. */
  audit(options?: { replay?: boolean; signal?: AbortSignal }): Promise<Audited>;
  /** The receipts, one line of JSON each. */
  receipt(): Promise<string>;
  /** Everything that is kept here, as a zip. */
  export(): Promise<Blob>;
  /** Takes over what export wrote. What was forgotten stays forgotten. */
  import(file: Blob, options?: { signal?: AbortSignal }): Promise<void>;
  /** Reads the takedown feed now. */
  sync(options?: { signal?: AbortSignal }): Promise<TakenDown>;
  /** Destroys everything that is kept here, and closes. */
  wipe(): Promise<void>;
  /** Listens; what it returns stops listening. */
  on<K extends keyof Events>(event: K, listener: (detail: Events[K]) => void): () => void;
  /** Ends the engine once the clicks are kept. What else waits rejects. */
  close(): Promise<void>;
}

/**
 * `<lethe-shelf catalog="catalog.json">` lists recommendations as links. Its attributes are those of {@link OpenOptions}: catalog, interactions,
 * features (addresses, separated by spaces), model, store, takedowns with owner (the public key), receipts; and k, how many it lists (5).
 * Anything on the page with `data-lethe-like="ID"` is a like when clicked, anything with `data-lethe-view="ID"` a view when the shelf comes.
 * It tells `lethe-drawn` with the list, and `lethe-error`.
 */
export interface ShelfElement extends HTMLElement {
  /** Once it is open. */
  lethe?: Lethe;
  draw(): Promise<void>;
}

/**
 * `<lethe-forget>Forget me</lethe-forget>` is a button that forgets the visitor, or what its attribute request names, and offers the receipt.
 * The attributes forgetting, forgotten and save replace its words. It tells `lethe-forgotten` with the receipt.
 */
export interface ForgetElement extends HTMLElement {}

declare global {
  interface HTMLElementTagNameMap {
    "lethe-shelf": ShelfElement;
    "lethe-forget": ForgetElement;
  }
}

/** What training gave. */
export interface TrainResult {
  model: string;
  epochs: number;
  seconds: number;
  backend: string;
  valid: Record<string, number>;
  test: Record<string, number>;
  theta_sha256: string;
}

// Below: the engine's own protocol. Heads of commands, results and events are JSON; their fields are defined, with units and defaults, in
// recsys/api (message.go, config.go, erase.go).

/** Starts an engine; base is the folder of engine.js, engine.wasm and wasm_exec.js, lab chooses lab.wasm, store names where it keeps things. */
export function startEngine(options?: { base?: string | URL; lab?: boolean; store?: string }): Engine;

export type Command =
  | "open" | "like" | "train" | "recommend" | "similar" | "forgetset" | "unlearn"
  | "compare" | "export" | "import" | "cancel"
  | "restore" | "erase" | "exact" | "receipts" | "verify" | "backup" | "adopt" | "wipe" | "takedown";

export type Code =
  | "bad_input" | "bad_command" | "not_ready" | "unsupported" | "cancelled" | "device" | "not_kept" | "internal";

export interface Hello {
  version: number;
  simd: boolean;
  backends: string[];
  methods: { name: string; guarantee: string; summary: string }[];
  models: string[];
}

export interface Progress {
  stage: string;
  done: number;
  /** 0 while unknown */
  total: number;
  /** below 0 while unknown */
  seconds_left: number;
  point?: { step: number; seconds: number; loss: number; valid?: Record<string, number>; gauge?: number };
}

/** What a command that failed rejects with. */
export class Failure extends Error {
  code: Code;
  file?: string;
  line?: number;
  value?: string;
  remedy?: string;
}

/** A message as it crosses between threads. */
export interface Message {
  v: number;
  id: number;
  op: Command | "hello" | "kept" | "computes" | "progress" | "done" | "failed";
  /** JSON */
  head: string;
  body?: ArrayBuffer;
}

export interface CallOptions {
  /** handed over, not copied */
  body?: ArrayBuffer;
  onprogress?: (progress: Progress) => void;
  /** cancels the job: it rejects with the code "cancelled" */
  signal?: AbortSignal;
}

export class Engine {
  constructor(worker: Worker);
  /** The engine's introduction; rejects where the engine cannot start. */
  readonly hello: Promise<Hello>;
  /** Sends a command and waits for its end. */
  call<T = unknown>(op: Command, head?: object, options?: CallOptions): Promise<{ head: T; body?: ArrayBuffer }>;
  /** Sends a raw message; its answer comes to onmessage. Do not mix with call. */
  postMessage(message: Message, transfer?: Transferable[]): void;
  /** Ends the engine; calls that wait are rejected. */
  terminate(): void;
  onmessage: ((event: MessageEvent<Message>) => void) | null;
  onerror: ((event: ErrorEvent) => void) | null;
}

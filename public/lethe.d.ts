// Types of lethe.js. Heads of commands, results and events are JSON; their fields
// are defined, with units and defaults, in recsys/api (message.go, config.go).

/** The protocol's version. */
export const version: 1;

/** Starts an engine; base is the folder of engine.js, engine.wasm and wasm_exec.js. */
export function startEngine(options?: { base?: string | URL; lab?: boolean }): Engine;

export type Command =
  | "open" | "like" | "train" | "recommend" | "similar" | "forgetset" | "unlearn"
  | "compare" | "export" | "import" | "cancel"
  | "restore" | "erase" | "exact" | "receipts" | "verify" | "backup" | "adopt" | "wipe";

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
  op: Command | "hello" | "kept" | "progress" | "done" | "failed";
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

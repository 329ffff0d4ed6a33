// Calls of the service's API. Every failure is a Problem: what happened, and what to do next.
import { meta } from "./dom.js";

export const prefix = meta("service-prefix");
const LONGEST_WAIT = 90_000; // milliseconds; the service itself gives up on openBIS sooner

export class Problem extends Error {
  constructor(body) {
    super(body.detail);
    this.body = body;
    this.status = body.status ?? 0;
    this.code = body.code ?? "";
    this.nextStep = body.next_step ?? "";
  }
}

/** `params`: name → value, or list of values; empty ones are left out. */
export async function get(path, params = {}, signal = undefined) {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(params)) {
    for (const one of [value].flat()) if (one !== null && one !== undefined && one !== "") query.append(name, one);
  }
  const answer = await ask("GET", `${path}${query.size ? `?${query}` : ""}`, undefined, signal);
  return answer.json();
}

export async function post(path, body) {
  return (await ask("POST", path, body)).json();
}

/** The answer is a file: its content and its name. */
export async function postForFile(path, body) {
  const answer = await ask("POST", path, body);
  return { blob: await answer.blob(), name: fileName(answer.headers.get("Content-Disposition") ?? "") };
}

/**
 * One wish of a person, sent once or, after a failure of the way there, again: the service does it once.
 * The same wish with other content is another one.
 */
export class Wish {
  #key = "";
  #content = "";

  /** `json` or a `file` is the body; `etag`: of what the person saw. Gives the answer's JSON, or null. */
  async send(method, path, { json, file, etag } = {}) {
    const content = JSON.stringify([method, path, json ?? null, etag ?? "", file ? [file.name, file.size, file.lastModified] : null]);
    if (content !== this.#content) [this.#content, this.#key] = [content, freshKey()];
    const headers = { "Idempotency-Key": this.#key };
    if (etag) headers["If-Match"] = etag;
    if (file) headers["Content-Type"] = "application/x-ipynb+json";
    const answer = await ask(method, path, file ?? json, undefined, headers);
    return answer.status === 204 ? null : answer.json();
  }
}

/** `crypto.randomUUID` is there only by https. */
const freshKey = () => [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");

async function ask(method, path, body, signal, more = {}) {
  const limit = AbortSignal.timeout(LONGEST_WAIT);
  const headers = { Accept: "application/json", "X-CSRF-Token": meta("csrf-token"), ...more };
  const isFile = body instanceof Blob;
  if (body !== undefined && !isFile) headers["Content-Type"] = "application/json";
  let answer;
  try {
    answer = await fetch(`${prefix}api/v1/${path}`, {
      method,
      headers,
      body: body === undefined || isFile ? body : JSON.stringify(body),
      signal: signal ? AbortSignal.any([signal, limit]) : limit,
      credentials: "same-origin",
      redirect: "error",
    });
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new Problem({
      detail: limit.aborted ? "The service took too long to answer." : "The service cannot be reached.",
      next_step: "Check your connection and try again.",
    });
  }
  if (!answer.ok) throw await problemOf(answer);
  return answer;
}

async function problemOf(answer) {
  try {
    const body = await answer.json();
    if (typeof body.detail === "string") return new Problem({ status: answer.status, ...body });
  } catch {
    // what stands between us and the service answered with a page of its own
  }
  return new Problem({
    status: answer.status,
    detail: `The service answered with an error (${answer.status}).`,
    next_step: "Try again in a minute; if it lasts, tell the admin of the hub.",
  });
}

function fileName(disposition) {
  const encoded = /filename\*=utf-8''([^;]+)/i.exec(disposition);
  const plain = /filename="([^"]+)"/i.exec(disposition);
  const name = encoded ? decodeURIComponent(encoded[1]) : (plain?.[1] ?? "notebook.ipynb");
  return name.replaceAll(/[/\\]/g, "_");
}

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

async function ask(method, path, body, signal) {
  const limit = AbortSignal.timeout(LONGEST_WAIT);
  const headers = { Accept: "application/json", "X-CSRF-Token": meta("csrf-token") };
  if (body !== undefined) headers["Content-Type"] = "application/json";
  let answer;
  try {
    answer = await fetch(`${prefix}api/v1/${path}`, {
      method,
      headers,
      body: body === undefined ? undefined : JSON.stringify(body),
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

/** Wait for something that nobody announces. */

/** Milliseconds between two looks. */
const EVERY = 20;

/** Until `done` says so, or the time is up. */
export async function until(done: () => boolean, milliseconds: number): Promise<void> {
  const end = Date.now() + milliseconds;
  while (!done() && Date.now() < end) {
    await new Promise(resolve => setTimeout(resolve, EVERY));
  }
}

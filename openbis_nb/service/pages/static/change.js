// A change of a notebook: asked for, done, said, and what is so now shown.
import { ask } from "./ask.js";
import { byId } from "./dom.js";
import { toast } from "./toast.js";

/** `dialog`: of ask(); `said(answer)`: what was done. Another notebook that was made is linked to. */
export async function change(page, said, dialog) {
  const done = await ask({ ...dialog, act: () => orShowNow(page, dialog.act) });
  if (!done) return;
  const isOther = done.notebookId && done.notebookId !== page.detail.notebook.id;
  toast([said(done), ...(done.told ?? [])].join(" "), isOther ? { href: done.page, text: "Show it" } : null);
  await page.reload();
  if (document.activeElement === document.body) byId("main").focus(); // the button is another one now
}

/** Of a notebook that somebody has changed meanwhile the page shows what is so now; the next try is for that. */
export async function orShowNow(page, act) {
  try {
    return await act();
  } catch (problem) {
    if (problem.status === 412) await page.reload();
    throw problem;
  }
}

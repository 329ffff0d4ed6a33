/** The language of a notebook's kernel, and what a Python kernel has installed. */

import type { NotebookPanel } from '@jupyterlab/notebook';
import type { Kernel } from '@jupyterlab/services';

import { modulesOf, WHICH_MODULES } from './kernel_words.js';

/** Milliseconds for which a kernel's answer is waited for: longer than that is worse than not to know. */
const PATIENCE = 4000;

/** The language in lower case; empty where nothing says it. */
export async function languageOf(panel: NotebookPanel): Promise<string> {
  const kernel = panel.sessionContext.session?.kernel;
  const said = kernel ? (await inTime(kernel.info))?.language_info.name : undefined;
  return (said ?? panel.model?.defaultKernelLanguage ?? '').toLowerCase();
}

/** Packages of a Python kernel; `null` where it could not be asked: it is busy, or there is none. */
export async function modulesIn(panel: NotebookPanel): Promise<string[] | null> {
  const kernel = panel.sessionContext.session?.kernel;
  return kernel?.status === 'idle' ? modulesOf(await inTime(asked(kernel))) : null;
}

/** Silently, and neither counted nor in the history. */
async function asked(kernel: Kernel.IKernelConnection): Promise<unknown> {
  const request = kernel.requestExecute({
    code: '',
    silent: true,
    store_history: false,
    user_expressions: { modules: WHICH_MODULES },
    allow_stdin: false,
    stop_on_error: false
  });
  const { content } = await request.done;
  return content.status === 'ok' ? content.user_expressions['modules'] : undefined;
}

async function inTime<T>(answer: Promise<T>): Promise<T | undefined> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<undefined>(resolve => {
    timer = setTimeout(() => resolve(undefined), PATIENCE);
  });
  try {
    return await Promise.race([answer, late]);
  } catch {
    return undefined; // the kernel died or was restarted meanwhile
  } finally {
    clearTimeout(timer);
  }
}

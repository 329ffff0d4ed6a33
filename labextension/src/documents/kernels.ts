/** The kernels of open notebooks: they know that a front end is there, and it listens to them. */

import type { ISessionContext } from '@jupyterlab/apputils';
import type { Kernel } from '@jupyterlab/services';

import type { Api } from '../api/client.js';

/** Tells the server which kernels have a front end, which forgets it after two minutes. */
export class Kernels {
  private readonly contexts = new Set<ISessionContext>();

  constructor(private readonly api: Api) {}

  /**
   * Listen to each kernel that this notebook gets.
   *
   * @param heard - is called once for each connection.
   */
  follow(context: ISessionContext, heard: (kernel: Kernel.IKernelConnection) => void): void {
    const met = (kernel: Kernel.IKernelConnection | null | undefined): void => {
      if (kernel) {
        heard(kernel);
        this.announce(kernel.id).catch(() => undefined); // repeated every minute
      }
    };
    this.contexts.add(context);
    context.kernelChanged.connect((_, { newValue }) => met(newValue));
    context.disposed.connect(() => this.contexts.delete(context));
    met(context.session?.kernel);
  }

  /** Say it again for all. */
  async announceAll(): Promise<void> {
    for (const context of this.contexts) {
      const id = context.session?.kernel?.id;
      if (id !== undefined) {
        await this.announce(id);
      }
    }
  }

  private announce(kernel: string): Promise<unknown> {
    return this.api.post('state', { kernel });
  }
}

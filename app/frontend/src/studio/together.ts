/** Several changes as one, so that they are undone at once. */

class Together {
  static $inject = ["commandStack"];

  constructor(private readonly commandStack: any) {
    commandStack.register("banjie.together", { preExecute: (context: { act: () => void }) => context.act() });
  }

  do(act: () => void): void {
    this.commandStack.execute("banjie.together", { act });
  }
}

export const together = { __init__: ["together"], together: ["type", Together] };

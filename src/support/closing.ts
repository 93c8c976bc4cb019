// What is open already when a later step of a start fails.

/** For `catch`: closes all of them, then throws what went wrong. */
export function closing(...open: readonly { close(): Promise<void> }[]): (fault: unknown) => Promise<never> {
  return async (fault) => {
    await Promise.all(open.map((one) => one.close()));
    throw fault;
  };
}

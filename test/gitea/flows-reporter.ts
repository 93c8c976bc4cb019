// The last line of `npm run test:gitea`: how many flows passed, how many were skipped.
import type { Reporter, TestModule } from 'vitest/node';

export default class FlowsReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const states = modules.flatMap((module) =>
      [...module.children.allTests()].map((one) => one.result().state),
    );
    const skipped = states.filter((state) => state === 'skipped' || state === 'pending').length;
    const failed = states.filter((state) => state === 'failed').length;
    process.stdout.write(
      `\n${states.length} flows, ${skipped} skipped${failed > 0 ? `, ${failed} FAILED` : ''}\n`,
    );
  }
}

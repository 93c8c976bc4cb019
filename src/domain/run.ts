// A run: one attempt at a task. What is remembered of it for reports, the evidence pack and a crash sweep. Pure.

export interface ToolUse {
  readonly name: string;
  readonly title: string;
  readonly exitCode: number | undefined;
  readonly ok: boolean;
}

export interface Evidence {
  readonly agent: string;
  readonly model: string | undefined;
  readonly agentVersion: string | undefined;
  readonly sandbox: string;
  readonly tools: readonly ToolUse[];
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly costUsd: number;
  readonly durationMs: number;
}

export interface Run {
  readonly id: string;
  readonly taskId: string;
  readonly attempt: number;
  readonly bootId: string;
  /** Where its processes and folders are; undefined for one that an earlier version ended. */
  readonly worker: string | undefined;
  readonly startedAt: number;
  readonly endedAt: number | undefined;
  readonly pid: number | undefined;
  readonly startTicks: string | undefined;
  readonly evidence: Evidence | undefined;
  /** One line: how it ended. */
  readonly ended: string | undefined;
}

// Learns which of our ids and commits stand for the recorded ones, by walking two answers side by side.
import { isRecord } from './shape.js';

export type Names = ReturnType<typeof createNames>;

type Kind = 'label' | 'comment' | 'review' | 'hook' | 'sha' | 'milestone';

export function createNames() {
  const known = new Map<string, string | number>();

  function learn(kind: Kind, recorded: string | number, said: string | number): void {
    if (!known.has(`${kind}:${recorded}`)) known.set(`${kind}:${recorded}`, said);
  }

  function learnFrom(recorded: unknown, said: unknown): void {
    if (Array.isArray(recorded) && Array.isArray(said)) {
      recorded.forEach((item, index) => learnFrom(item, said[index]));
    } else if (isRecord(recorded) && isRecord(said)) {
      const kind = kindOf(recorded);
      if (kind !== undefined) learn(kind, Number(recorded['id']), Number(said['id']));
      for (const name of Object.keys(recorded)) learnFrom(recorded[name], said[name]);
    } else if (typeof recorded === 'string' && typeof said === 'string') {
      if (/^[0-9a-f]{40}$/.test(recorded)) learn('sha', recorded, said);
      const [anchor, ours] = [recorded, said].map((text) => /#issuecomment-(\d+)$/.exec(text)?.[1]);
      if (anchor !== undefined && ours !== undefined) learn('comment', Number(anchor), Number(ours));
    }
  }

  function ours(kind: Kind, recorded: string | number): string | number {
    return known.get(`${kind}:${recorded}`) ?? recorded;
  }

  return {
    learnFrom,
    ours,
    /** A recorded path with our ids in it. */
    path: (recorded: string) =>
      recorded
        .replace(/\/labels\/(\d+)/, (_all, id: string) => `/labels/${ours('label', Number(id))}`)
        .replace(
          /\/issues\/comments\/(\d+)/,
          (_all, id: string) => `/issues/comments/${ours('comment', Number(id))}`,
        )
        .replace(/\/reviews\/(\d+)/, (_all, id: string) => `/reviews/${ours('review', Number(id))}`)
        .replace(/\/hooks\/(\d+)/, (_all, id: string) => `/hooks/${ours('hook', Number(id))}`)
        .replace(/[0-9a-f]{40}/, (sha) => String(ours('sha', sha))),
    /** A recorded body with our ids, commits and the address of our receiver in it. */
    body: (recorded: unknown, receiverUrl: string): unknown => {
      if (!isRecord(recorded)) return recorded;
      const body = structuredClone(recorded);
      const { labels, commit_id: sha, config } = body;
      if (Array.isArray(labels)) {
        body['labels'] = labels.map((label: unknown) =>
          typeof label === 'number' ? ours('label', label) : label,
        );
      }
      if (typeof sha === 'string') body['commit_id'] = ours('sha', sha);
      if (isRecord(config)) config['url'] = receiverUrl + new URL(String(config['url'])).pathname;
      return body;
    },
  };
}

function kindOf(value: Record<string, unknown>): Kind | undefined {
  if (typeof value['id'] !== 'number') return undefined;
  if ('exclusive' in value) return 'label';
  if ('submitted_at' in value) return 'review';
  if ('authorization_header' in value) return 'hook';
  if ('due_on' in value) return 'milestone';
  return 'issue_url' in value || 'diff_hunk' in value ? 'comment' : undefined;
}

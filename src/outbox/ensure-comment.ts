// A comment of ours with a given mark: found and edited, or made. An unknown end of an earlier try cannot double it.
import type { IssueRef } from '../domain/refs.js';
import { ForgeError, type Forge } from '../forges/forge.js';
import { cut } from '../text/cut.js';
import type { Foreign } from '../text/foreign.js';
import type { Marker, MarkKind } from '../words/marker.js';

export interface EnsureDeps {
  readonly marker: Marker;
  readonly foreign: Foreign;
}

export interface Mark {
  readonly kind: MarkKind;
  readonly id: string;
  /** Where it is known to be. */
  readonly knownId?: string | undefined;
}

/** The id of the comment. */
export async function ensureComment(
  deps: EnsureDeps,
  forge: Forge,
  subject: IssueRef,
  mark: Mark,
  text: string,
): Promise<string> {
  const line = deps.marker.make(mark.kind, mark.id, subject);
  const body = `${line}\n${cut(deps.foreign.mask(text), forge.maxBodyChars - line.length - 1)}`;
  if (mark.knownId !== undefined && (await edited(forge, subject, mark.knownId, body))) return mark.knownId;
  const there = await findOwn(deps, forge, subject, mark);
  if (there === undefined) return (await forge.createComment(subject, body)).id;
  if (there.body !== body) await forge.editComment(subject, there.id, body);
  return there.id;
}

/** False when somebody deleted it: then a new one is made. */
async function edited(forge: Forge, subject: IssueRef, id: string, body: string): Promise<boolean> {
  try {
    await forge.editComment(subject, id, body);
    return true;
  } catch (error) {
    if (error instanceof ForgeError && error.code === 'not_found') return false;
    throw error;
  }
}

async function findOwn(deps: EnsureDeps, forge: Forge, subject: IssueRef, mark: Mark) {
  const self = await forge.self();
  const comments = await forge.listComments(subject);
  return comments.find(
    (comment) => comment.author.id === self.id && deps.marker.isIn(comment.body, mark.kind, mark.id, subject),
  );
}

// The fields by which the log of an issue, a task or a session can be followed: one set of names on all lines. Pure.
import { showSubject, type SubjectRef } from './refs.js';
import type { Session } from './session.js';
import type { Task } from './task.js';

export interface AboutSubject {
  readonly forge: string;
  /** `FORGE:OWNER/NAME#14` */
  readonly issue: string;
}

export interface AboutTask extends AboutSubject {
  /** Who asked for it. */
  readonly actor: string;
  readonly verb: string;
  readonly task: string;
  readonly session: string;
}

export function aboutSubject(subject: SubjectRef): AboutSubject {
  return { forge: subject.repo.forge, issue: showSubject(subject) };
}

export function aboutTask({ id, subject, actor, verb, sessionId }: Task): AboutTask {
  return { ...aboutSubject(subject), actor: actor.login, verb, task: id, session: sessionId };
}

export function aboutSession({ id, subject }: Session): AboutSubject & { readonly session: string } {
  return { ...aboutSubject(subject), session: id };
}

// Who may use kugetsu: decided here and nowhere else, once per command, closed when in doubt.
import { isCovered } from '../config/match.js';
import { actorOf, includes, type Operator, type Principal, type Scope } from '../domain/principal.js';
import { numberOf, permits, type Actor, type Permission, type SubjectRef } from '../domain/refs.js';
import type { Forge } from '../forges/forge.js';
import type { WorkDeps } from '../work/deps.js';

/** Who may use a verb: everybody who can read (a private repository), those with `trigger.permission`, administrators. */
export type Audience = 'reader' | 'trigger' | 'admin';

/** `silent`: a stranger gets no answer of any kind. The reason is for the log and `explain`. */
export type Verdict = { readonly allowed: true } | { readonly allowed: false; readonly reason: string };

/** What the forge says of the one who acted; not known when it would not tell. */
type Standing =
  | { readonly known: true; readonly permission: Permission; readonly isPublic: boolean }
  | { readonly known: false; readonly reason: string };

export interface Where {
  readonly forge: Forge;
  readonly subject: SubjectRef;
}

/** What the forge said lately, by account and repository. */
export type Standings = Map<string, { readonly until: number; readonly standing: Standing }>;

export type AuthorizeDeps = Pick<WorkDeps, 'now' | 'config'> & { readonly standings: Standings };

/** Permissions are asked of the forge each time; an answer is kept for this long, so that one comment asks once. */
const CACHE_MS = 60_000;
const MOST_KEPT = 10_000;

/** May this principal use a verb for that audience here? Asked once for each ask. @param where undefined: about everything */
export async function judge(
  deps: AuthorizeDeps,
  principal: Principal,
  audience: Audience,
  where: Where | undefined,
): Promise<Verdict> {
  switch (principal.kind) {
    case 'operator':
      return mayOperate(principal, audience, where?.subject);
    case 'account':
    case 'rule': {
      if (where === undefined) return { allowed: false, reason: 'an account is known in a repository only' };
      const proven = principal.kind === 'account' ? principal.proven : undefined;
      const standing = await standingOf(deps, where, actorOf(principal), proven);
      return judgeStanding(standing, audience, deps.config().trigger.permission);
    }
  }
}

/** Whether the texts of this account are those of somebody trusted with the repository. */
export async function mayWrite(deps: AuthorizeDeps, where: Where, author: Actor): Promise<boolean> {
  const standing = await standingOf(deps, where, author, undefined);
  return standing.known && permits(standing.permission, 'write');
}

async function standingOf(
  { now, standings }: AuthorizeDeps,
  { forge, subject }: Where,
  actor: Actor,
  proven: Permission | undefined,
): Promise<Standing> {
  const key = `${forge.name}:${subject.repo.id}:${actor.id}:${actor.login}`;
  const kept = standings.get(key);
  if (kept !== undefined && kept.until > now()) return kept.standing;
  const standing = await askForge(forge, subject, actor, proven);
  if (standings.size > MOST_KEPT) standings.clear();
  if (standing.known) standings.set(key, { until: now() + CACHE_MS, standing });
  return standing;
}

async function askForge(
  forge: Forge,
  subject: SubjectRef,
  actor: Actor,
  proven: Permission | undefined,
): Promise<Standing> {
  const repo = await forge.getRepo(subject.repo);
  const answer = await forge.getPermission(subject.repo, actor.login);
  if (answer.known && answer.accountId !== actor.id)
    return { known: false, reason: `the login ${actor.login} is no longer that of the account that acted` };
  if (answer.known) return { known: true, permission: answer.permission, isPublic: !repo.isPrivate };
  // Gitea answers this question only to administrators; its signed comment deliveries prove the commenter's own right.
  if (proven !== undefined) return { known: true, permission: proven, isPublic: !repo.isPrivate };
  return { known: false, reason: answer.message };
}

function judgeStanding(standing: Standing, audience: Audience, needed: Permission): Verdict {
  if (!standing.known)
    return { allowed: false, reason: `the forge would not tell the permission: ${standing.reason}` };
  const least = leastFor(audience, needed, standing.isPublic);
  if (permits(standing.permission, least)) return { allowed: true };
  return { allowed: false, reason: `has ${standing.permission} permission, ${least} is needed` };
}

const SCOPE_FOR: Readonly<Record<Audience, Scope>> = { reader: 'read', trigger: 'act', admin: 'admin' };

/** The one check of a token's scope and repositories, for asks and for listings. @param subject undefined: about everything */
export function mayOperate(
  { scope, repos }: Operator,
  audience: Audience,
  subject: SubjectRef | undefined,
): Verdict {
  const needed = SCOPE_FOR[audience];
  if (!includes(scope, needed))
    return { allowed: false, reason: `the scope ${needed} is needed, the token has ${scope}` };
  if (repos === undefined) return { allowed: true };
  if (subject === undefined)
    return { allowed: false, reason: 'the token is for single repositories, and this is about all of them' };
  const { forge, path } = subject.repo;
  if (isCovered(repos, { forge, path, number: numberOf(subject) })) return { allowed: true };
  return { allowed: false, reason: `the token is not for ${forge}:${path}` };
}

/** May this principal see the subject, but not all of its repository? */
export function isNarrowed(principal: Principal, subject: SubjectRef | undefined): boolean {
  if (principal.kind !== 'operator' || principal.repos === undefined || subject === undefined) return false;
  const { forge, path } = subject.repo;
  return !isCovered(principal.repos, { forge, path });
}

/** On a public repository everybody reads: there the reading verbs too are for those who may start work. */
function leastFor(audience: Audience, needed: Permission, isPublic: boolean): Permission {
  switch (audience) {
    case 'reader':
      return isPublic ? needed : 'read';
    case 'trigger':
      return needed;
    case 'admin':
      return 'admin';
  }
}

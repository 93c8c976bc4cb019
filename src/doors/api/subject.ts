// From a typed subject to one that the forge knows: its repository is asked of the forge, by its path.
import { matchRepo } from '../../config/match.js';
import type { Operator } from '../../domain/principal.js';
import { numberOf, parseSubject, showSubject, type RepoRef, type SubjectRef } from '../../domain/refs.js';
import { ForgeError } from '../../forges/forge.js';
import { mayOperate, type Audience } from '../../verbs/authorize.js';
import type { VerbDeps } from '../../verbs/verb.js';
import { ApiProblem, forbidden, refusedProblem } from './problems.js';

/**
 * Throws the 403 where the caller may not use a verb for this audience there: before the forge is asked anything, and again
 * under the path that it answers with. Throws the 403 and 404 for what is not in `repos`, and what the forge does not have.
 */
export async function findSubject(
  { config, forges }: Pick<VerbDeps, 'config' | 'forges'>,
  principal: Operator,
  { audience, text }: { readonly audience: Audience; readonly text: string },
): Promise<SubjectRef> {
  const typed = parseSubject(text);
  if (typed === undefined) throw badSubject();
  const at = (repo: RepoRef): SubjectRef =>
    'number' in typed ? { repo, number: typed.number } : { repo, name: typed.name };
  const mustBeOurs = (subject: SubjectRef): void => {
    const { forge, path } = subject.repo;
    if (!mayOperate(principal, audience, subject).allowed) throw forbidden();
    if (matchRepo(config(), forge, path, numberOf(subject)) === undefined)
      throw refusedProblem({ code: 'not_listed', subject: showSubject(subject) });
  };
  mustBeOurs(at({ forge: typed.forge, id: '', path: typed.path }));
  const gone = refusedProblem({ code: 'no_such_subject', subject: text });
  const repo = await forges
    .get(typed.forge)
    ?.getRepoByPath(typed.path)
    .catch((error: unknown) => {
      throw error instanceof ForgeError && error.code === 'not_found' ? gone : error;
    });
  if (repo === undefined) throw gone;
  const subject = at(repo.ref);
  mustBeOurs(subject);
  return subject;
}

function badSubject(): ApiProblem {
  const errors = [{ at: 'json.subject', message: 'must be FORGE:OWNER/NAME#14, or #-name for a discussion' }];
  return new ApiProblem(400, 'invalid', 'The subject is none that a forge could have.', { errors });
}

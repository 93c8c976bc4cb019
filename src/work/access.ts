// With which credentials a repository is read, and under which name commits are made.
import { matchRepo } from '../config/match.js';
import { numberOf, type SubjectRef } from '../domain/refs.js';
import type { Forge, GitAccess } from '../forges/forge.js';
import type { Identity } from '../git/git.js';
import type { WorkDeps } from './deps.js';

/** `git` of the config, else the account that kugetsu acts as. */
export async function identityOf(deps: Pick<WorkDeps, 'config'>, forge: Forge): Promise<Identity> {
  const self = await forge.self();
  const { git } = deps.config();
  return { name: git?.name ?? self.login, email: git?.email ?? self.email };
}

/** Credentials and address to read from; the config may name another address for a repository. */
export async function readAccess(
  deps: Pick<WorkDeps, 'config'>,
  forge: Forge,
  subject: SubjectRef,
): Promise<GitAccess> {
  const { repo } = subject;
  const rule = matchRepo(deps.config(), repo.forge, repo.path, numberOf(subject));
  const access = await forge.gitAccess(repo, 'read');
  if (rule?.cloneUrl === undefined) return access;
  // The forge's token is for the forge alone: another host is read without credentials.
  const same = new URL(rule.cloneUrl).origin === new URL(access.url).origin;
  return same ? { ...access, url: rule.cloneUrl } : { url: rule.cloneUrl, username: '', password: '' };
}

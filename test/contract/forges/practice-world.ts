// The practice forge as a world for the contract suite.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FORGE_KINDS } from '../../../src/config/forge-kinds.js';
import type { Forge } from '../../../src/forges/forge.js';
import type { ForgeAuth, ForgeOptions } from '../../../src/forges/options.js';
import { startPracticeForge } from '../../../src/practice/client.js';
import type { PracticeForge, PracticeUser } from '../../../src/practice/client.js';
import type { Role, World } from './world.js';

type People = Readonly<Record<Role | 'bot', PracticeUser>>;

/** What differs between the faces and the ways to sign in. */
export interface FaceSetup {
  readonly kind: Forge['kind'];
  readonly prefix: '/api/v1' | '/api/v3';
  readonly create: (options: ForgeOptions) => Forge;
  /** How kugetsu signs in; by default with the token of `kugetsu-bot`. Asked after the organisation is there. */
  readonly signIn?: (
    practice: PracticeForge,
  ) => Promise<{ readonly auth: ForgeAuth; readonly login: string }>;
  /** How one who is nobody signs in. */
  readonly nobody?: ForgeAuth;
}

const BAD_TOKEN: ForgeAuth = { kind: 'token', token: 'opens-nothing' };

/** A world that can be looked into from behind. */
export type PracticeWorld = World & { readonly practice: PracticeForge };

export async function openPracticeWorld(setup: FaceSetup): Promise<PracticeWorld> {
  const home = await mkdtemp(join(tmpdir(), 'kugetsu-practice-'));
  const practice = await startPracticeForge({ home });
  const people = await makePeople(practice);
  const signed = await setup.signIn?.(practice);
  const auth = signed?.auth ?? tokenOf(people.bot);
  const forgeWith = (who: ForgeAuth, change: Partial<ForgeOptions> = {}): Forge =>
    setup.create({
      name: 'work',
      url: practice.url,
      apiUrl: FORGE_KINDS[setup.kind].apiUrl(practice.url),
      auth: who,
      ...change,
    });
  let made = 0;
  return {
    practice,
    kind: setup.kind,
    forge: (change) => forgeWith(auth, change),
    forgeOf: (who) => forgeWith(who === 'nobody' ? (setup.nobody ?? BAD_TOKEN) : tokenOf(people[who])),
    login: {
      admin: 'admin',
      maintainer: 'maintainer',
      reader: 'reader',
      stranger: 'stranger',
      bot: signed?.login ?? people.bot.login,
    },
    as: (role) => {
      const call = practice.as(people[role].token);
      return (method, path, body) => call(method, setup.prefix + path, body);
    },
    makeRepo: async (name = `case-${made + 1}`) => {
      made += 1;
      const collaborators = { maintainer: 'write', reader: 'read', 'kugetsu-bot': 'admin' } as const;
      const repo = await practice.control.createRepo({ owner: 'acme', name, collaborators });
      return { forge: 'work', id: String(repo.id), path: repo.path };
    },
    gitUrl: (role, path) => practice.url.replace('//', `//x:${people[role].token}@`) + `/${path}.git`,
    faults: {
      next: ({ method, path, effect }) =>
        practice.control.fault({ on: 'request', method, path: setup.prefix + path, effect }),
      count: async (method, path) => {
        const { requests } = await practice.control.log();
        return requests.filter((one) => one.method === method && path.test(one.path)).length;
      },
    },
    close: async () => {
      await practice.stop();
      await rm(home, { recursive: true });
    },
  };
}

async function makePeople(practice: PracticeForge): Promise<People> {
  const createUser = (wish: { login: string }): Promise<PracticeUser> => practice.control.createUser(wish);
  const people = {
    admin: await createUser({ login: 'admin' }),
    maintainer: await createUser({ login: 'maintainer' }),
    reader: await createUser({ login: 'reader' }),
    stranger: await createUser({ login: 'stranger' }),
    bot: await createUser({ login: 'kugetsu-bot' }),
  };
  await practice.control.createUser({ login: 'acme', kind: 'organization', owners: ['admin'] });
  return people;
}

function tokenOf(user: PracticeUser): ForgeAuth {
  return { kind: 'token', token: user.token };
}

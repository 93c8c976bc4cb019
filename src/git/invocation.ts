// The one builder of environment and arguments for every git process of the server.
export interface Invocation {
  readonly args: string[];
  readonly env: Record<string, string>;
}

/** What a single command adds to the fixed part. */
export interface InvocationSpec {
  readonly args: readonly string[];
  /** Always named: `safe.bareRepository=explicit` refuses a bare repository found by folder. */
  readonly gitDir?: string | undefined;
  readonly workTree?: string | undefined;
  /** The one protocol git may speak; none when undefined. Wins over every `protocol.*.allow` in a config file. */
  readonly scheme?: 'http' | 'https' | undefined;
  readonly env?: Readonly<Record<string, string>> | undefined;
}

/**
 * Nothing of the server's environment but PATH, no config file but the repository's own, and nothing in there that runs
 * a program. `core.protect*` refuse paths that some file system reads as `.git`.
 */
export function invocation(spec: InvocationSpec, home: string): Invocation {
  const where = [
    ...(spec.gitDir === undefined ? [] : [`--git-dir=${spec.gitDir}`]),
    ...(spec.workTree === undefined ? [] : [`--work-tree=${spec.workTree}`]),
  ];
  return {
    args: ['--no-pager', ...HARDENING.flatMap((setting) => ['-c', setting]), ...where, ...spec.args],
    env: {
      PATH: process.env['PATH'] ?? '/usr/local/bin:/usr/bin:/bin',
      HOME: home,
      LANG: 'C',
      LC_ALL: 'C',
      GIT_CONFIG_NOSYSTEM: '1',
      GIT_CONFIG_GLOBAL: '/dev/null',
      GIT_ATTR_NOSYSTEM: '1',
      GIT_TERMINAL_PROMPT: '0',
      GIT_ALLOW_PROTOCOL: spec.scheme ?? 'none',
      ...spec.env,
    },
  };
}

/** Names of the fixed variables that simple-git's guard has to be told of. */
export const FIXED_GIT_VARIABLES = [
  'GIT_CONFIG_NOSYSTEM',
  'GIT_CONFIG_GLOBAL',
  'GIT_ATTR_NOSYSTEM',
  'GIT_TERMINAL_PROMPT',
  'GIT_ALLOW_PROTOCOL',
];

const HARDENING = [
  'core.hooksPath=/dev/null',
  'core.fsmonitor=false',
  'core.protectHFS=true',
  'core.protectNTFS=true',
  'core.fsync=objects,derived-metadata',
  'core.fsyncMethod=batch',
  'safe.bareRepository=explicit',
  'credential.helper=',
  'submodule.recurse=false',
  'fetch.recurseSubmodules=false',
  'push.recurseSubmodules=no',
  'transfer.credentialsInUrl=die',
  'transfer.bundleURI=false',
  // A redirect could carry the credential to another host.
  'http.followRedirects=false',
  // A connection that moves less than this for so long is given up.
  'http.lowSpeedLimit=100',
  'http.lowSpeedTime=60',
  // A forge's history may hold old, harmless faults, and a pull request of a stranger could hold new ones: with checks on
  // fetch either would stop every fetch. What comes from an agent is checked (`receive.ts`), and a checkout refuses
  // hostile paths whatever is in the mirror.
  'fetch.fsckObjects=false',
  'gc.auto=0',
  'maintenance.auto=false',
  'advice.detachedHead=false',
  'init.defaultBranch=main',
];

// The kinds of forges, and what the config knows of each. Forgejo is spoken to as Gitea everywhere.

interface KindOfForge {
  /** Where its API is, of the address of its start page (without a slash at the end). */
  readonly apiUrl: (url: string) => string;
}

export const FORGE_KINDS = {
  gitea: { apiUrl: (url) => `${url}/api/v1` },
  github: { apiUrl: apiUrlOfGithub },
} as const satisfies Record<string, KindOfForge>;

export type ForgeKind = keyof typeof FORGE_KINDS;

export const FORGE_KIND_NAMES = Object.keys(FORGE_KINDS) as [ForgeKind, ...ForgeKind[]];

/** Other names that people write. */
export const FORGE_ALIASES = { forgejo: 'gitea' } as const satisfies Record<string, ForgeKind>;

type Written = ForgeKind | keyof typeof FORGE_ALIASES;

export const WRITTEN_KINDS = [...FORGE_KIND_NAMES, ...Object.keys(FORGE_ALIASES)] as [Written, ...Written[]];

export function forgeKindOf(written: Written): ForgeKind {
  return written === 'forgejo' ? FORGE_ALIASES[written] : written;
}

/** github.com and GitHub Enterprise Cloud have a host for the API, Enterprise Server a path. */
function apiUrlOfGithub(url: string): string {
  const { protocol, hostname, host } = new URL(url);
  if (/^(www\.)?github\.com$/.test(hostname)) return 'https://api.github.com';
  if (/^[^.]+\.ghe\.com$/.test(hostname)) return `${protocol}//api.${host}`;
  return `${url}/api/v3`;
}

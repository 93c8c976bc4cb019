// Which scope of a token a call needs.

/** The scope that is missing, or undefined; a token without a list may do everything its account may. */
export function missingScope(
  scopes: readonly string[] | undefined,
  method: string,
  path: string,
): string | undefined {
  const area = areaOf(path);
  if (scopes === undefined || area === undefined || scopes.includes('all')) return undefined;
  const reads = method === 'GET' || method === 'HEAD';
  const needed = `${reads ? 'read' : 'write'}:${area}`;
  const enough = reads ? [needed, `write:${area}`] : [needed];
  return enough.some((scope) => scopes.includes(scope)) ? undefined : needed;
}

function areaOf(path: string): string | undefined {
  if (/^\/repos\/[^/]+\/[^/]+\/(issues|labels|milestones)(\/|$)/.test(path)) return 'issue';
  if (/^\/(repos|repositories)\//.test(path)) return 'repository';
  if (/^\/orgs(\/|$)/.test(path)) return 'organization';
  if (/^\/users?(\/|$)/.test(path)) return 'user';
  return undefined;
}

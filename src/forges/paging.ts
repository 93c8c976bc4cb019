// Lists page by page, counted by ourselves: links in answers are built from the forge's own idea of its address.

const MAX_PAGES = 1000;

/**
 * Every item of a list, until a page is short or brings nothing new (some of Gitea's lists ignore `page` and send all
 * at once, every time).
 * @param size how many a full page has
 */
export async function collectPages<T>(
  size: number,
  ask: (page: number) => Promise<readonly T[]>,
  idOf: (item: T) => string | number | bigint,
): Promise<T[]> {
  const found = new Map<string, T>();
  for (let page = 1; page <= MAX_PAGES; page += 1) {
    const items = await ask(page);
    const before = found.size;
    for (const item of items) {
      const id = String(idOf(item));
      if (!found.has(id)) found.set(id, item);
    }
    if (items.length !== size || found.size === before) break;
  }
  return [...found.values()];
}

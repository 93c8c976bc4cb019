// Whether a delivery was signed with one of our secrets: the same rule for every forge.
import { Webhooks } from '@octokit/webhooks';

const SIGNATURE = /^sha256=[0-9a-f]{64}$/;

/**
 * HMAC-SHA256 over the raw bytes, compared in constant time (by @octokit/webhooks).
 * @param signature the `X-Hub-Signature-256` header. GitHub, Gitea (since 1.16) and Forgejo all send it; without a
 *   secret Gitea sends `sha256=` with nothing behind it, which never verifies
 * @param secrets several while rotating; an empty one is passed over
 */
export async function verifySignature(
  signature: string | undefined,
  rawBody: Uint8Array,
  secrets: readonly string[],
): Promise<boolean> {
  if (signature === undefined || !SIGNATURE.test(signature) || rawBody.length === 0) return false;
  const text = exactText(rawBody);
  if (text === undefined) return false;
  for (const secret of secrets) {
    if (secret !== '' && (await new Webhooks({ secret }).verify(text, signature))) return true;
  }
  return false;
}

/** The library takes a string: only bytes that survive the way there and back may be given to it. */
function exactText(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

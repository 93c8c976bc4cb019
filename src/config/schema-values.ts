// Kinds of values that several sections of the schema share.
import { z } from 'zod';

/** A value taken from the environment: secrets are never written into config.yaml itself. */
export const fromEnvironment = z.string().regex(/^\$\{[A-Za-z_][A-Za-z0-9_]*\}$/, {
  error: 'must name an environment variable; a secret is not written into config.yaml itself',
});
export const httpUrl = z.url({
  protocol: /^https?$/,
  error: 'must be an address that begins with https:// or http://',
});
export const hostPort = z.string().regex(/^(\[[0-9a-fA-F:]+\]|[A-Za-z0-9.-]+):\d{1,5}$/, {
  error: 'must be an address and a port',
});
const addressOrRange = [z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()];
export const isAddressOrRange = (text: string): boolean =>
  addressOrRange.some((known) => known.safeParse(text).success);
export const filePath = z.string().min(1);
export const AGENT_NAME = /^[a-z0-9][a-z0-9-]*$/;
export const agentName = z.string().regex(AGENT_NAME, {
  error: 'must be lower-case letters, digits and hyphens',
});
export const whole = (least: number, most: number) => z.int().min(least).max(most);
export const days = () => z.number().positive().max(36_500);
export const repoPattern = z.string().regex(/^[a-z0-9][a-z0-9-]*:(\*\*|[\w.*-]+\/[\w.*-]+)(#\d+)?$/, {
  error: 'must be FORGE:OWNER/NAME (with * and **), or FORGE:OWNER/NAME#14 for one issue',
});

// The shapes in which one secret may appear in a text.

/** Needles without line ends, each at least 6 characters long. */
export function encodingsOf(given: string): string[] {
  const bytes = Buffer.from(given, 'utf8');
  // Half of a surrogate pair cannot be written as UTF-8: what is written is this.
  const secret = bytes.toString('utf8');
  const hex = bytes.toString('hex');
  const base64 = [0, 1, 2].map((shift) => base64At(bytes, shift));
  const json = JSON.stringify(secret).slice(1, -1);
  const all = [
    secret,
    ...longLines(secret),
    ...urlEncodings(secret),
    ...base64,
    ...base64.map((text) => text.replaceAll('+', '-').replaceAll('/', '_')),
    hex,
    hex.toUpperCase(),
    json,
    json.replaceAll('/', String.raw`\/`),
    json.replace(/[<>&]/g, (char) => String.raw`\u00` + char.charCodeAt(0).toString(16)),
  ];
  return [...new Set(all.map((needle) => needle.replace(/[\r\n]/g, '')))].filter(
    (needle) => needle.length >= 6,
  );
}

function urlEncodings(secret: string): string[] {
  const encoded = encodeURIComponent(secret);
  const strict = encoded.replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
  const form = new URLSearchParams({ s: secret }).toString().slice(2);
  const lower = [encoded, strict].map((text) => text.replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase()));
  return [encoded, strict, form, encodeURI(secret), ...lower];
}

/**
 * The characters of a base64 text that this secret alone decides when it begins `shift` bytes into a group of three.
 * A plain base64 of the secret is found only at shift 0: `user:secret` in Basic auth is mostly another one.
 */
function base64At(bytes: Buffer, shift: number): string {
  const text = Buffer.concat([Buffer.alloc(shift), bytes]).toString('base64');
  return text.slice(Math.ceil((shift * 8) / 6), Math.floor(((shift + bytes.length) * 8) / 6));
}

/** A private key is often shown in part: each of its long lines is a secret as well. */
function longLines(secret: string): string[] {
  const lines = secret.split(/\r?\n/);
  if (lines.length === 1) return [];
  return lines.filter((line) => line.length >= 24 && !line.startsWith('-----'));
}

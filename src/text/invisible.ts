// Which characters nobody sees, and text without them.

/**
 * Controls (but not newline and tab), format, private-use and lone surrogate code points, everything Unicode calls
 * default-ignorable (zero width, bidi, variation selectors, tags, Hangul fillers, joiners) and the blank Braille
 * pattern. Emoji sequences and keycaps are matched whole first, so that ZWJ and VS16 live on inside them only.
 */
const emojiOrInvisible =
  /(?:\p{Extended_Pictographic}(?:\p{Emoji_Modifier}|\ufe0f)?(?:\u200d\p{Extended_Pictographic}(?:\p{Emoji_Modifier}|\ufe0f)?)*|[0-9#*]\ufe0f\u20e3)|((?:(?![\n\t])[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Default_Ignorable_Code_Point}\u2800])+)/gu;

const invisible = /^(?![\n\t])[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Default_Ignorable_Code_Point}\u2800]$/u;

// Terminal sequences go as a whole: without its escape, `[31m` or a link's address would stay behind as litter.
// CSI (ESC [ or its 8-bit form) with parameters and a final byte; OSC, DCS, SOS, PM, APC up to BEL or ST.
const [esc, bel] = ['\u001b', '\u0007'];
const csi = new RegExp(`(?:${esc}\\[|\u009b)[0-?]{0,64}[ -/]{0,16}[@-~]`, 'g');
const osc = new RegExp(
  `(?:${esc}[\\]PX^_]|[\u009d\u0090\u0098\u009e\u009f])[^${bel}${esc}\u009c\n]{0,4096}(?:${bel}|${esc}\\\\|\u009c)`,
  'g',
);

/** Text in NFC without terminal sequences and invisible characters; `removed` counts the UTF-16 units that went. Linear. */
export function dropInvisible(text: string): { text: string; removed: number } {
  let removed = 0;
  const drop = (match: string): string => {
    removed += match.length;
    return '';
  };
  const plain =
    text.includes(esc) || /[\u0080-\u009f]/.test(text) ? text.replace(csi, drop).replace(osc, drop) : text;
  const seen = plain.replace(emojiOrInvisible, (match: string, hidden: string | undefined) =>
    hidden === undefined ? match : drop(hidden),
  );
  return { text: seen.normalize('NFC'), removed };
}

/** Whether a code point is one that `dropInvisible` removes. */
export function isInvisible(codePoint: number): boolean {
  if (codePoint > 0x10ffff || (codePoint >= 0xd800 && codePoint <= 0xdfff)) return true;
  return invisible.test(String.fromCodePoint(codePoint));
}

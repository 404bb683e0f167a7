/**
 * The characters of a text file: UTF-8 and UTF-16 by their marks, else UTF-8 where the bytes are that, else GB 18030 (GBK and GB 2312 are parts of it).
 * @returns undefined where no coding fits: the file is no text
 */
export function decodeText(bytes: Uint8Array): string | undefined {
  const coding = markOf(bytes)
  if (coding !== undefined) return settle(new TextDecoder(coding).decode(bytes))
  return strict('utf-8', bytes) ?? strict('gb18030', bytes)
}

function markOf(bytes: Uint8Array): string | undefined {
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) return 'utf-8'
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le'
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be'
  return undefined
}

function strict(coding: string, bytes: Uint8Array): string | undefined {
  try {
    return settle(new TextDecoder(coding, { fatal: true }).decode(bytes))
  } catch {
    return undefined
  }
}

/** A text has no NUL; a binary file that happens to decode has many. */
function settle(text: string): string | undefined {
  return text.includes('\0') ? undefined : text
}

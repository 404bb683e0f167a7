import { mediaTypeOf } from '../face/image.ts'

/** A picture in words: its size and what it is. */
export function renderPicture(image: Uint8Array): string {
  const type = mediaTypeOf(image)
  return `${image.length} bytes${type === 'unknown' ? ', no picture that is known' : `, ${type}`}`
}

import { toFacialImages } from '../face/conversion-back.ts'
import { toFaceImageData, type Lose, type Loss } from '../face/conversion.ts'
import type { FaceFormat } from '../face/face-format.ts'
import { FORMAT_TYPE, type Dg2, type FaceTemplate } from './dg2.ts'

/** Faces in another format, and what they lost on the way. */
export interface ConvertedFaces extends Pick<Dg2, 'templates'> {
  readonly losses: readonly Loss[]
}

function convertTemplate(t: FaceTemplate, format: FaceFormat, lose: Lose): readonly FaceTemplate[] {
  if (t.format === format) return [t]
  const header = { ...t.header, formatOwner: 0x0101, formatType: FORMAT_TYPE[format] }
  if (t.format === 'ISO/IEC 19794-5') {
    // a block of the profile has one picture; more of them become more templates
    return t.record.images.map((image, i) => ({
      header,
      format: 'ISO/IEC 39794-5',
      data: toFaceImageData(image, (code, at, says) => {
        lose(code, `images[${i}].${at}`, says)
      }),
    }))
  }
  if (t.format === 'ISO/IEC 39794-5') return [{ header, format: 'ISO/IEC 19794-5', record: { images: toFacialImages(t.data, lose) } }]
  lose('dropped', 'block', 'a face that could not be read')
  return []
}

/**
 * The faces of DG2 in the other of its two formats. Pictures stay the same to the byte; whatever else could not be
 * carried over as it was is listed.
 *
 * @returns templates for `encodeDg2`, and the losses with their place in what was converted
 */
export function convertFaces(dg2: Pick<Dg2, 'templates'>, format: FaceFormat): ConvertedFaces {
  const losses: Loss[] = []
  const templates = dg2.templates.flatMap((t, i) =>
    convertTemplate(t, format, (code, at, says) => {
      losses.push({ code, at: `templates[${i}].${at}`, says })
    }),
  )
  return { templates, losses }
}

import { no, ok, type Refusal, type Result } from '@causeway/kernel'
import sharp, { type Sharp } from 'sharp'

/** What a photo must be; the figures are dated settings of the office. */
export interface PhotoLimits {
  readonly maxMegapixels: number
  readonly minWidth: number
  readonly maxBytes: number
  /** Light enough to be white: the mean of the upper corners, 0 black to 255 white. */
  readonly minLight: number
  /** Below this the picture has no edges to speak of. */
  readonly minSharpness: number
}

/** A photo as it goes on the permit, and what was measured of the one handed in. */
export interface ExaminedPhoto {
  readonly jpeg: Uint8Array
  readonly width: number
  readonly height: number
  readonly measured: { readonly format: string; readonly width: number; readonly height: number; readonly bytes: number; readonly background: number; readonly sharpness: number; readonly bytesOut: number }
}

/** The size in pixels of every examined photo. @source permits.md 4.5 */
export const PERMIT_PHOTO = { width: 354, height: 472 } as const

const refuse = (code: string, rule: string, details: Refusal['details'] = {}): { readonly ok: false; readonly error: Refusal } => no({ code, at: 'photo', rule, details })

function isPicture(b: Uint8Array): 'jpeg' | 'png' | undefined {
  if (b[0] === 0xff && b[1] === 0xd8 && b[2] === 0xff) return 'jpeg'
  return b[0] === 0x89 && b[1] === 0x50 && b[2] === 0x4e && b[3] === 0x47 ? 'png' : undefined
}

/** The mean light of the two upper corners: hair and shoulders stay clear of them. */
async function background(image: Sharp, width: number): Promise<number> {
  const side = Math.max(8, Math.floor(width / 10))
  const corner = async (left: number): Promise<number> => {
    const { channels } = await sharp(await image.clone().extract({ left, top: 0, width: side, height: side }).greyscale().png().toBuffer()).stats()
    return channels[0]!.mean
  }
  return Math.min(await corner(0), await corner(width - side))
}

/** How much detail: the spread of what a Laplacian leaves. */
async function sharpness(image: Sharp): Promise<number> {
  const { channels } = await sharp(await image.clone().greyscale().convolve({ width: 3, height: 3, kernel: [0, 1, 0, 1, -4, 1, 0, 1, 0], offset: 128 }).png().toBuffer()).stats()
  return channels[0]!.stdev
}

/** As much quality as the limit of bytes allows. */
async function squeeze(image: Sharp, maxBytes: number): Promise<Buffer> {
  for (const quality of [92, 85, 78, 70, 60, 50]) {
    const jpeg = await image.clone().jpeg({ quality }).toBuffer()
    if (jpeg.length <= maxBytes) return jpeg
  }
  return image.clone().jpeg({ quality: 40 }).toBuffer()
}

/**
 * Examines an uploaded photo and brings it to the form of the permit.
 *
 * @source permits.md 4.5; each refusal names its rule
 */
export async function examinePhoto(bytes: Uint8Array, limits: PhotoLimits): Promise<Result<ExaminedPhoto, Refusal>> {
  const format = isPicture(bytes)
  if (format === undefined) return refuse('photo-not-a-picture', 'GA/T 1180', { first: Buffer.from(bytes.subarray(0, 4)).toString('hex') })
  try {
    const { width = 0, height = 0 } = await sharp(bytes, { limitInputPixels: false }).metadata() // reads the heading only
    const megapixels = Math.round((width * height) / 100_000) / 10
    if (megapixels > limits.maxMegapixels) return refuse('photo-too-large', 'R-17', { megapixels, limit: limits.maxMegapixels })
    const image = sharp(await sharp(bytes, { limitInputPixels: limits.maxMegapixels * 1_000_000 }).rotate().flatten({ background: '#ffffff' }).toColourspace('srgb').png().toBuffer())
    const turned = await image.metadata()
    const [w, h] = [turned.width ?? 0, turned.height ?? 0]
    const minHeight = Math.round((limits.minWidth * 4) / 3)
    if (w < limits.minWidth || h < minHeight) return refuse('photo-too-small', 'R-18', { width: w, height: h, minWidth: limits.minWidth, minHeight })
    if (Math.abs(w / h - 0.75) > 0.02) return refuse('photo-wrong-shape', 'R-18', { width: w, height: h })
    const light = Math.round(await background(image, w))
    if (light < limits.minLight) return refuse('photo-background', 'R-22', { light, least: limits.minLight })
    const detail = Math.round((await sharpness(image)) * 10) / 10
    if (detail < limits.minSharpness) return refuse('photo-blurred', 'R-23', { sharpness: detail, least: limits.minSharpness })
    const jpeg = await squeeze(image.clone().resize(PERMIT_PHOTO.width, PERMIT_PHOTO.height), limits.maxBytes)
    return ok({ jpeg: new Uint8Array(jpeg), ...PERMIT_PHOTO, measured: { format, width: w, height: h, bytes: bytes.length, background: light, sharpness: detail, bytesOut: jpeg.length } })
  } catch {
    return refuse('photo-unreadable', 'GA/T 1180')
  }
}

import { encodeC40, readC40 } from './c40.ts'

/** A machine-readable zone in a seal: how many characters of each line are stored. */
export interface ZoneForm {
  readonly lines: readonly number[]
  readonly stored: number
}

/** The zones that seals have; visas leave out the optional data at the end. @source Doc 9303-7 §9.1.3, Doc 9303-8 §6.1.3 */
export const ZONE_FORMS = {
  'MRV-A': { lines: [44, 44], stored: 72 },
  'MRV-B': { lines: [36, 36], stored: 64 },
  TD1: { lines: [30, 30, 30], stored: 90 },
  TD2: { lines: [36, 36], stored: 72 },
  TD3: { lines: [44, 44], stored: 88 },
} as const satisfies Readonly<Record<string, ZoneForm>>

export type ZoneName = keyof typeof ZONE_FORMS

/**
 * The lines of a zone as a seal stores them.
 *
 * @throws RangeError when the lines are not those of the zone
 */
export function encodeZone(name: ZoneName, lines: readonly string[]): Uint8Array {
  const form: ZoneForm = ZONE_FORMS[name]
  if (lines.length !== form.lines.length || lines.some((l, i) => l.length !== form.lines[i]))
    throw new RangeError(`not the lines of ${name}`)
  return encodeC40(lines.join('').slice(0, form.stored))
}

/**
 * The lines of a zone; what a seal does not store is cut off the last one. Undefined when it is not of that zone's
 * length. @throws Malformed: for the package only
 */
export function readZone(name: ZoneName, bytes: Uint8Array): readonly string[] | undefined {
  const form: ZoneForm = ZONE_FORMS[name]
  // spaces at the end may be lost with the padding of C40
  const text = readC40(bytes).padEnd(form.stored, ' ').replaceAll(' ', '<')
  if (text.length !== form.stored) return undefined
  let at = 0
  return form.lines.map((n) => text.slice(at, (at += n)))
}

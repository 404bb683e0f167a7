import { childrenOf, Malformed, readTlv, valueOf, type Tlv } from '../asn1/tlv.ts'
import { concat } from '../asn1/value.ts'
import { tlv } from '../asn1/write.ts'
import type { FileDefect, Reading } from '../lds/decoded.ts'

/** What a reader tells besides the value, under which clause, and where in the value it is. */
export interface Trail extends Reading {
  readonly clause: string
  readonly path: string
}

/**
 * One ASN.1 type under implicit context tags: how its content is read and written. The tag is the parent's affair.
 * `form`: whether that tag is a constructed one.
 */
export interface Schema<T> {
  readonly form: 'primitive' | 'constructed'
  // methods, so that a schema of one type can stand where any schema may
  read(t: Tlv, trail: Trail): T
  write(value: T): Uint8Array
}

/** The value that a schema stands for. */
export type ValueOf<S> = S extends Schema<infer T> ? T : never

type Loose = Schema<unknown>
type Parts = Readonly<Record<string, Loose>>
type Simplified<T> = { readonly [K in keyof T]: T[K] }
type Members<R extends Parts, O extends Parts> = Simplified<
  { readonly [K in keyof R]: ValueOf<R[K]> } & { readonly [K in keyof O]?: ValueOf<O[K]> }
>

const tagOf = (s: Loose, n: number): number => (s.form === 'constructed' ? 0xa0 : 0x80) | n

/** INTEGER (min..max). Beyond that is noted when read, refused when written. */
export function integer(min: number, max: number = Number.MAX_SAFE_INTEGER): Schema<number> {
  return {
    form: 'primitive',
    read: (t, { note, clause }) => {
      const v = valueOf(t)
      if (v.length === 0 || v.length > 7) throw new Malformed(clause, t.start, 'a whole number of at most 7 bytes')
      let n = v[0]! >= 0x80 ? v[0]! - 256 : v[0]!
      for (let i = 1; i < v.length; i++) n = n * 256 + v[i]!
      if (n < min || n > max) note({ code: 'out-of-range', offset: t.start, says: `${n} is not from ${min} to ${max}`, clause })
      return n
    },
    write: (n) => {
      if (!Number.isInteger(n) || n < min || n > max) throw new RangeError(`${n} is not from ${min} to ${max}`)
      const bytes: number[] = []
      let rest = n
      do {
        bytes.unshift(((rest % 256) + 256) % 256)
        rest = Math.floor(rest / 256)
      } while (!(rest === 0 && bytes[0]! < 0x80) && !(rest === -1 && bytes[0]! >= 0x80))
      return Uint8Array.from(bytes)
    },
  }
}

export const boolean: Schema<boolean> = {
  form: 'primitive',
  read: (t, { note, clause }) => {
    if (t.end !== t.body + 1) throw new Malformed(clause, t.start, 'a BOOLEAN')
    const b = t.bytes[t.body]!
    if (b !== 0 && b !== 0xff) note({ code: 'boolean-form', offset: t.body, says: 'true is FF in DER', clause })
    return b !== 0
  },
  write: (yes) => Uint8Array.of(yes ? 0xff : 0),
}

export const octets: Schema<Uint8Array> = { form: 'primitive', read: (t) => valueOf(t).slice(), write: (b) => b }

/** ENUMERATED by name. */
function enumerated<N extends string>(names: Readonly<Record<N, number>>): Schema<N> {
  return {
    form: 'primitive',
    read: (t, { clause }) => {
      for (const name in names) if (t.end === t.body + 1 && names[name] === t.bytes[t.body]) return name
      throw new Malformed(clause, t.start, 'a code of the list')
    },
    write: (name) => Uint8Array.of(names[name]),
  }
}

/** The one object inside, for types whose own tag is explicit. */
function inside(t: Tlv, { clause, policy }: Trail): Tlv {
  if (t.body === t.end) throw new Malformed(clause, t.start, 'a choice')
  return readTlv(t.bytes, t.body, t.end, policy)
}

/**
 * A code that may be extended: `CHOICE { code [0], extensionBlock [1] SEQUENCE { fallback [0], ... } }`. The ICAO
 * profile writes all but one of them as extension with fallback; whatever form is met is read.
 */
export function code<N extends string>(names: Readonly<Record<N, number>>, written: 'fallback' | 'code' = 'fallback'): Schema<N> {
  const plain = enumerated(names)
  return {
    form: 'constructed',
    read: (t, trail) => {
      const alternative = inside(t, trail)
      if (alternative.tag === 0x80) {
        if (written === 'fallback')
          trail.note({
            code: 'outside-profile',
            offset: alternative.start,
            says: 'the profile writes this code as an extension with a fallback',
            clause: trail.clause,
          })
        return readLaid(plain, alternative, trail)
      }
      if (alternative.tag !== 0xa1) throw new Malformed(trail.clause, alternative.start, 'a code or its extension')
      const [fallback, ...more] = childrenOf(alternative, trail.policy)
      if (fallback?.tag !== 0x80) throw new Malformed(trail.clause, alternative.start, 'a fallback that is known')
      for (const m of more) trail.note(extension(m, trail.clause))
      return readLaid(plain, fallback, trail)
    },
    write: (name) => (written === 'code' ? tlv(0x80, plain.write(name)) : tlv(0xa1, tlv(0x80, plain.write(name)))),
  }
}

const extension = (t: Tlv, clause: string): FileDefect => ({
  code: 'extension',
  offset: t.start,
  says: `object ${t.tag.toString(16)} is of a later version or not of this profile and was passed over`,
  clause,
})

/** CHOICE: an object with the one member that was chosen. Alternatives have the tags from 0 up. */
export function choice<A extends Parts>(alternatives: A): Schema<Simplified<{ readonly [K in keyof A]?: ValueOf<A[K]> }>> {
  const list = Object.entries(alternatives)
  return {
    form: 'constructed',
    read: (t, trail) => {
      const chosen = inside(t, trail)
      const found = list.find(([, s], n) => tagOf(s, n) === chosen.tag)
      if (found === undefined) throw new Malformed(trail.clause, chosen.start, 'an alternative of this profile')
      return { [found[0]]: readLaid(found[1], chosen, { ...trail, path: `${trail.path}.${found[0]}` }) } as never
    },
    write: (value) => {
      const n = list.findIndex(([name]) => (value as Readonly<Record<string, unknown>>)[name] !== undefined)
      if (n < 0) throw new RangeError(`one of ${list.map(([name]) => name).join(', ')} must be chosen`)
      const [name, s] = list[n]!
      return tlv(tagOf(s, n), s.write((value as Readonly<Record<string, unknown>>)[name]))
    },
  }
}

/** `CHOICE { base [0] X, extensionBlock [1] }`: only the base is known to this profile. */
export function base<T>(s: Schema<T>): Schema<T> {
  return {
    form: 'constructed',
    read: (t, trail) => {
      const chosen = inside(t, trail)
      if (chosen.tag !== tagOf(s, 0)) throw new Malformed(trail.clause, chosen.start, 'the base form; extensions are not known')
      return s.read(chosen, trail)
    },
    write: (value) => tlv(tagOf(s, 0), s.write(value)),
  }
}

/** SEQUENCE OF. @param tag - of its elements: 0x30, or 0x04 for byte strings */
export function list<T>(s: Schema<T>, tag = 0x30): Schema<readonly T[]> {
  return {
    form: 'constructed',
    read: (t, trail) =>
      childrenOf(t, trail.policy).map((e, i) => {
        if (e.tag !== tag) throw new Malformed(trail.clause, e.start, `an element with tag ${tag.toString(16)}`)
        return readLaid(s, e, { ...trail, path: `${trail.path}[${i}]` })
      }),
    write: (values) => concat(...values.map((v) => tlv(tag, s.write(v)))),
  }
}

/**
 * SEQUENCE with the tags from 0 up, first what is required, then what is optional. What is unknown is passed over and
 * noted; an optional field that cannot be read is noted and left out, so that one odd field does not cost the face.
 */
export function sequence<R extends Parts, O extends Parts>(required: R, optional: O): Schema<Members<R, O>> {
  const fields = Object.entries({ ...required, ...optional })
  const names = new Set(Object.keys(required))
  return {
    form: 'constructed',
    read: (t, trail) => {
      const value: Record<string, unknown> = {}
      let last = -1
      for (const child of childrenOf(t, trail.policy)) {
        const n = child.tag & 0x1f
        const field = fields[n]
        if (field === undefined || child.tag !== tagOf(field[1], n)) trail.note(extension(child, trail.clause))
        else if (n <= last) throw new Malformed(trail.clause, child.start, 'each field once and in its order')
        else {
          last = n
          readField(field, child, { trail, value, isRequired: names.has(field[0]) })
        }
      }
      for (const name of names) if (value[name] === undefined) throw new Malformed(trail.clause, t.end, name)
      return value as never
    },
    write: (value) =>
      concat(
        ...fields.map(([name, s], n) => {
          const v = (value as Readonly<Record<string, unknown>>)[name]
          if (v === undefined && names.has(name)) throw new RangeError(`${name} is required`)
          return v === undefined ? new Uint8Array() : tlv(tagOf(s, n), s.write(v))
        }),
      ),
  }
}

/** Reads a value and tells where it lies: a constructed one before its parts, a primitive one with what it says. */
function readLaid<T>(s: Schema<T>, t: Tlv, trail: Trail): T {
  if (s.form === 'constructed') trail.lay(trail.path, t)
  const value = s.read(t, trail)
  if (s.form === 'primitive') trail.lay(trail.path, t, value instanceof Uint8Array ? `${value.length} bytes` : String(value))
  return value
}

function readField(
  [name, s]: readonly [string, Loose],
  t: Tlv,
  o: { readonly trail: Trail; readonly value: Record<string, unknown>; readonly isRequired: boolean },
): void {
  try {
    o.value[name] = readLaid(s, t, { ...o.trail, path: `${o.trail.path}.${name}` })
  } catch (error) {
    if (!(error instanceof Malformed) || o.isRequired) throw error
    o.trail.note({ code: 'field-unreadable', offset: error.offset, says: `${name}: expected ${error.expected}`, clause: error.clause })
  }
}

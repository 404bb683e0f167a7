import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'

import { parseCertificate, unwrapPem, wrapPem, type Certificate } from 'icao9303'

import { Impossible, language, printJson } from '../command.ts'

const text = { type: 'string' } as const
const texts = { type: 'string', multiple: true } as const
const yes = { type: 'boolean', default: false } as const

/** Every option of `causeway pki`; a verb takes what it needs. */
const OPTIONS = {
  json: yes, at: text, out: text,
  country: text, state: text, issuer: text, organisation: text, unit: text, name: text, contact: text, 'crl-url': texts,
  'key-type': text, hash: text, signature: text, 'named-curve': yes, 'use-days': text, 'use-years': text,
  'document-years': text, types: text, reference: text,
  csca: text, 'csca-key': text, key: text, ds: text, old: text, 'old-key': text, new: text, request: text,
  signer: text, 'signer-key': text, chain: texts, trust: texts,
  revoke: texts, previous: text, number: text, days: text, 'issued-by': text,
  pkcs11: text, token: text, 'pin-file': text, 'passphrase-file': text,
} as const

export type Values = ReturnType<typeof parseOptions>['values']

export function parseOptions(args: readonly string[]): {
  readonly values: ReturnType<typeof parsed>['values']
  readonly positionals: readonly string[]
} {
  return parsed(args)
}

function parsed(args: readonly string[]) {
  return parseArgs({ args: [...args], allowPositionals: true, options: OPTIONS })
}

/** The value of an option that cannot be done without. */
export function needed(values: Values, name: keyof Values & string): string {
  const value = values[name]
  if (typeof value !== 'string' || value === '') throw new Impossible('usage', `--${name} is needed`)
  return value
}

export function numberOf(values: Values, name: keyof Values & string, otherwise: number): number {
  const value = values[name]
  if (value === undefined) return otherwise
  if (typeof value !== 'string' || !/^\d{1,6}$/.test(value)) throw new Impossible('number-invalid', `--${name} is no whole number`)
  return Number(value)
}

/** The moment that the command is about; the clock's, cut to the second, when none is given. */
export function momentOf(values: Values): Date {
  const at = values.at === undefined ? new Date() : new Date(values.at)
  if (Number.isNaN(at.getTime())) throw new Impossible('time-invalid', `${String(values.at)} is no ISO time`)
  return new Date(Math.floor(at.getTime() / 1_000) * 1_000)
}

const FILE_LIMIT = 256 * 1024 * 1024

export function bytesOf(path: string): Uint8Array {
  if (!existsSync(path)) throw new Impossible('file-missing', `${path} is not there`)
  if (statSync(path).isDirectory()) throw new Impossible('file-invalid', `${path} is a folder`)
  if (statSync(path).size > FILE_LIMIT) throw new Impossible('file-too-large', `${path} has more than ${FILE_LIMIT} bytes`)
  return new Uint8Array(readFileSync(path))
}

/** The DER in a file, from PEM where it is PEM. */
export function derOf(path: string): Uint8Array {
  const blocks = unwrapPem(bytesOf(path))
  if (blocks[0] === undefined) throw new Impossible('file-invalid', `${path} holds nothing that can be read`)
  return blocks[0]
}

export function certificateOf(path: string): Certificate {
  const c = parseCertificate(derOf(path))
  if (c === undefined) throw new Impossible('certificate-invalid', `${path} is no certificate`)
  return c
}

/** Writes a new file; one that is there already is never touched. */
export function writeNew(path: string, content: string | Uint8Array, mode = 0o644): void {
  try {
    writeFileSync(path, content, { flag: 'wx', mode })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') throw new Impossible('file-exists', `${path} is there already`)
    throw error
  }
}

export const writeCertificate = (path: string, der: Uint8Array): void => { writeNew(path, wrapPem('CERTIFICATE', der)) }

/** Words in the language of the user. */
export const say = (words: { readonly zh: string; readonly en: string }): string => words[language()]

/** The result of a verb: one JSON value, or lines for a person. */
export function answer(values: Values, value: unknown, lines: readonly string[]): void {
  if (values.json) printJson(value)
  else process.stdout.write(`${lines.join('\n')}\n`)
}

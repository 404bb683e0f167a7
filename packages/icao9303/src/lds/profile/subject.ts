import { type Severity } from '../../pki/profile/rule.ts'
import { type FileContent } from '../content.ts'

/** What was read from the files that could be read, by their names. */
export type FileValues = { readonly [C in FileContent as C['name']]?: Extract<C['decoded'], { readonly ok: true }>['value'] }

/** The files of one document, side by side. */
export interface Subject {
  readonly names: ReadonlySet<string>
  readonly values: FileValues
  readonly bytes: Readonly<Record<string, Uint8Array>>
}

/** What a rule found. `path` is the field of the layout that it is about. */
export interface Finding { readonly path?: string; readonly says: string }

/** A rule for a file, as data: what it asks, where that is written, and how to see that it is broken. */
export interface FileRule {
  readonly file: string
  readonly code: string
  readonly clause: string
  readonly severity: Severity
  /** What the rule asks, in one sentence. */
  readonly asks: string
  readonly find: (s: Subject) => readonly Finding[]
}

/** One finding where a condition is broken. */
export const when = (broken: boolean, says: string, path?: string): readonly Finding[] => (broken ? [path === undefined ? { says } : { says, path }] : [])

import { type Severity } from '../pki/profile/rule.ts'
import { decodeFile, type FileContent } from './content.ts'
import { GROUP_RULES } from './profile/group-rule.ts'
import { SECURITY_RULES } from './profile/security-rule.ts'
import { type FileRule, type FileValues, type Subject } from './profile/subject.ts'

/** A departure of a file from the standard, at its place in the file. */
export interface FileLint {
  readonly file: string
  readonly code: string
  readonly offset: number
  readonly says: string
  readonly clause: string
  /** `grave` ones keep the file from being used; `note` is advice. */
  readonly severity: Severity
}

const RULES: readonly FileRule[] = [...GROUP_RULES, ...SECURITY_RULES]

/** Every rule that the linter knows, for documentation and for tools. */
export const LDS_RULES: readonly Omit<FileRule, 'find'>[] = RULES.map(({ file, code, clause, severity, asks }) => ({ file, code, clause, severity, asks }))

/**
 * Every departure of the files of a document from Doc 9303-10 and -11: what each file's decoder names, and what rules
 * find in one file and between files. What is not there is not judged, but for what another file asks for.
 *
 * @param files - by name: `EF.COM`, `DG1`, `EF.CardAccess`
 * @source Doc 9303-10 §3.11, §4.6, §4.7, Doc 9303-11 §9.2
 */
export function lintFiles(files: Readonly<Record<string, Uint8Array>>): readonly FileLint[] {
  const contents = Object.entries(files).flatMap(([name, bytes]): readonly FileContent[] => { const c = decodeFile(bytes, name); return c === undefined ? [] : [c] })
  const values: FileValues = Object.fromEntries(contents.flatMap(({ name, decoded }) => (decoded.ok ? [[name, decoded.value]] : [])))
  const subject: Subject = { names: new Set(Object.keys(files)), values, bytes: files }
  const read = contents.flatMap(({ name, decoded }) => decoded.defects.map((d): FileLint => ({ file: name, ...d, severity: d.code === 'malformed' ? 'grave' : 'error' })))
  const broken = RULES.filter((r) => subject.names.has(r.file)).flatMap(({ find, file, code, clause, severity }) => find(subject).map((f): FileLint => {
    const field = contents.find((c) => c.name === file)?.decoded.layout.find((l) => l.path === f.path)
    return { file, code, offset: field?.offset ?? 0, says: f.says, clause, severity }
  }))
  return [...read, ...broken]
}

import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'

import { openLine, socketIn, stateFolder, type Line } from '@causeway/ground'
import { CEREMONY_STATE_WORDS, CEREMONY_WORDS, ceremonyMinutes, minutesDate, SIGNER_SENTENCES, type BackupAnswer, type CeremonyList, type CeremonyOrder, type CeremonyView, type CertificateRequestAnswer, type SignerHealth, type SignerKey, type Words } from '@causeway/signing'

import { EXIT, Impossible, language, printJson, type Command } from './command.ts'
import { bytesOf, derOf, writeNew } from './pki/option.ts'
import { refuseExposed, secretFrom, typedSecret } from './pki/secret.ts'
import { CHECKOUT } from './platform.ts'

const text = { type: 'string' } as const
const texts = { type: 'string', multiple: true } as const
const OPTIONS = {
  json: { type: 'boolean', default: false }, folder: text, id: text, threshold: text, custodian: texts, passphrase: texts, 'pin-file': text, 'new-passphrase-file': text,
  use: text, type: text, certificate: text, csca: text, link: texts, answer: text, key: text, reason: text, name: text, replaces: text, out: text, minutes: text, office: text,
} as const
const read = (args: readonly string[]) => parseArgs({ args: [...args], allowPositionals: true, options: OPTIONS })
type Values = ReturnType<typeof read>['values']

interface Asked { readonly line: Line; readonly values: Values; readonly rest: readonly string[] }
interface Verb { readonly word: string; readonly usage: string; readonly run: (a: Asked) => Promise<number> }
type TextOption = { [K in keyof Values]-?: Values[K] extends string | undefined ? K : never }[keyof Values]

const zh = (): boolean => language() === 'zh'
const say = (lines: readonly string[]): void => { process.stdout.write(`${lines.join('\n')}\n`) }

function needed(values: Values, name: TextOption): string {
  const value = values[name]
  if (value === undefined || value === '') throw new Impossible('usage', `--${name} is needed`)
  return value
}

/** Asks the signer; a refusal is one line with its code, its rule and its figures. */
async function ask<T>(line: Line, method: 'GET' | 'POST', [path, body]: readonly [string, unknown?]): Promise<T> {
  const answer = await line.call<T>(method, path, body, 120_000)
  if (answer.ok) return answer.value
  const { code, at, details, rule } = answer.error
  if (code === 'part-unreachable') throw new Impossible(code, 'the signer does not answer at custodian.sock in its folder: it does not run, or you are not its user')
  const sentence = (SIGNER_SENTENCES as Readonly<Record<string, Words>>)[code]?.[zh() ? 'zh' : 'en'] ?? ''
  throw new Impossible(code, [at === undefined ? '' : `at ${at}`, sentence, rule ?? '', details === undefined || Object.keys(details).length === 0 ? '' : JSON.stringify(details)].filter((s) => s !== '').join('; ') || 'refused by the signer')
}

/** `NAME=FILE` pairs: whose passphrase lies in which file of mode 600. For scripts; people type. */
function filesOf(values: Values): ReadonlyMap<string, string> {
  return new Map((values.passphrase ?? []).map((pair) => {
    const at = pair.lastIndexOf('=')
    if (at < 1) throw new Impossible('usage', `--passphrase ${pair} is no NAME=FILE`)
    return [pair.slice(0, at), pair.slice(at + 1)] as const
  }))
}

const fromFile = (file: string): string => {
  if (!existsSync(file)) throw new Impossible('file-missing', `${file} is not there`)
  refuseExposed(file)
  return readFileSync(file, 'utf8').replace(/\r?\n$/, '')
}

const passphraseOf = async (name: string, file: string | undefined, again = false): Promise<string> => (file === undefined
  ? typedSecret(again ? { zh: `再输一次：${name} 的口令`, en: `once more: passphrase of ${name}` } : { zh: `${name} 的口令`, en: `Passphrase of ${name}` }, { code: 'passphrase-missing', otherwise: `no file is named for ${name}` })
  : fromFile(file))

/** A passphrase that is new is typed twice. */
async function newPassphraseOf(name: string, file: string | undefined): Promise<string> {
  const [first, second] = [await passphraseOf(name, file), file === undefined ? await passphraseOf(name, file, true) : undefined]
  if (second !== undefined && first !== second) throw new Impossible('passphrase-differs', `the two passphrases of ${name} are not the same`)
  return first
}

const groups = (digest: string): string => (digest.slice(0, 32).match(/.{4}/g) ?? []).join(' ')

function linesOf(c: CeremonyView): readonly string[] {
  const w = (words: { readonly zh: string; readonly en: string }): string => (zh() ? words.zh : words.en)
  return [
    `${w(CEREMONY_WORDS[c.kind])}  ${w(CEREMONY_STATE_WORDS[c.state])}  ${c.id}${c.demonstration ? (zh() ? '  演示保管人，仅供试用' : '  demonstration custodians, for trying out') : ''}`,
    ...Object.entries(c.subject).map(([k, v]) => `    ${k} ${v}`),
    `    ${zh() ? '摘要' : 'digest'} ${groups(c.digest)}`,
    ...c.confirmations.map((p) => `    ✓ ${p.custodian}  ${p.at}`),
    ...Object.entries(c.outcome).map(([k, v]) => `    → ${k} ${v}`),
    ...(c.journal === undefined ? [] : [`    ${zh() ? '日志' : 'journal'} ${c.journal.seq}  ${c.journal.hash}`]),
  ]
}

async function writeMinutes(values: Values, c: CeremonyView): Promise<void> {
  if (values.minutes === undefined) return
  const { openPress } = await import('@causeway/paper')
  const drawn = openPress().minutes(ceremonyMinutes(c, values.office ?? ''), minutesDate(c))
  if (!drawn.ok) throw new Impossible(drawn.error.code, JSON.stringify(drawn.error.details ?? {}))
  writeNew(values.minutes, drawn.value)
}

async function ended(values: Values, c: CeremonyView): Promise<number> {
  await writeMinutes(values, c)
  if (values.json) printJson(c)
  else say(linesOf(c))
  return c.state === 'done' ? EXIT.done : EXIT.faulty
}

async function status({ line, values }: Asked): Promise<number> {
  const [health, keys, list] = [await ask<SignerHealth>(line, 'GET', ['/v1/health']), await ask<readonly SignerKey[]>(line, 'GET', ['/v1/keys']), await ask<CeremonyList>(line, 'GET', ['/v1/ceremonies'])]
  if (values.json) { printJson({ health, keys, ...list }); return health.ready ? EXIT.done : EXIT.faulty }
  const noKeys = zh() ? '尚未设立' : 'not set up'
  say([
    ...health.says.map((s) => (zh() ? s.zh : s.en)), `${zh() ? '密钥' : 'keys'}: ${health.keyStore}`,
    `${zh() ? '保管人' : 'custodians'}: ${list.custodians.length === 0 ? noKeys : `${list.threshold}/${list.custodians.length}  ${list.custodians.join('、')}`}${list.demonstration ? (zh() ? '（演示，仅供试用）' : ' (demonstration, for trying out)') : ''}`,
    ...keys.map((k) => `  ${k.id}  ${k.use.padEnd(15)} ${k.type.padEnd(15)} ${k.state.padEnd(8)} ${k.uses}${k.usableUntil === undefined ? '' : `  – ${k.usableUntil.slice(0, 10)}`}`),
    ...list.ceremonies.slice(-10).flatMap(linesOf),
  ])
  return health.ready ? EXIT.done : EXIT.faulty
}

async function found({ line, values }: Asked): Promise<number> {
  const names = values.custodian ?? []
  const threshold = Number(needed(values, 'threshold'))
  if (!Number.isInteger(threshold) || names.length === 0) throw new Impossible('usage', 'signer found --threshold M --custodian NAME --custodian NAME… [--pin-file FILE]')
  const files = filesOf(values)
  const custodians: { name: string; passphrase: string }[] = []
  for (const name of names) custodians.push({ name, passphrase: await newPassphraseOf(name, files.get(name)) })
  const { keyStore } = await ask<CeremonyList>(line, 'GET', ['/v1/ceremonies'])
  const pin = keyStore === 'token' ? await secretFrom({ file: values['pin-file'], env: 'CAUSEWAY_TOKEN_PIN', asks: { zh: '令牌 PIN（此后不再使用）', en: 'PIN of the token (not used any more after this)' }, code: 'pin-missing' }) : undefined
  return ended(values, await ask<CeremonyView>(line, 'POST', ['/v1/ceremonies/found', { id: values.id ?? newId(), threshold, custodians, ...(pin === undefined ? {} : { pin }) }]))
}

const newId = (): string => `${new Date().toISOString().slice(0, 19)}-${crypto.randomUUID().slice(0, 8)}`

/** What the options ask for. */
async function orderOf(kind: string | undefined, values: Values): Promise<CeremonyOrder> {
  const id = values.id ?? newId()
  const base64 = (name: 'certificate' | 'csca'): string => Buffer.from(derOf(needed(values, name))).toString('base64')
  switch (kind) {
    case 'activate': case 'export-backup': return { id, kind }
    case 'create-key': return { id, kind, use: needed(values, 'use'), type: needed(values, 'type') } as CeremonyOrder // the signer reads both strictly
    case 'import-certificate': return { id, kind, ...(values.answer === undefined ? { certificate: base64('certificate'), csca: base64('csca'), ...(values.link === undefined ? {} : { links: values.link.map((f) => Buffer.from(derOf(f)).toString('base64')) }) } : answerIn(values.answer)) } as CeremonyOrder
    case 'import-credential': {
      const { certificate, csca, authority, links } = answerIn(needed(values, 'answer'))
      return { id, kind, use: needed(values, 'use'), certificate, authority: authority ?? csca, ...(links === undefined ? {} : { links }) } as CeremonyOrder
    }
    case 'retire-key': return { id, kind, keyId: needed(values, 'key'), reason: needed(values, 'reason') }
    case 'add-custodian': { const name = needed(values, 'name'); return { id, kind, name, passphrase: await newPassphraseOf(name, values['new-passphrase-file']) } }
    case 'replace-custodian': { const name = needed(values, 'name'); return { id, kind, replaces: needed(values, 'replaces'), name, passphrase: await newPassphraseOf(name, values['new-passphrase-file']) } }
    default: throw new Impossible('usage', `signer ceremony ${Object.keys(CEREMONY_WORDS).filter((k) => k !== 'found').join('|')}`)
  }
}

/** The answer of the national side as it was carried here: `causeway hub sign … --out FILE`. */
function answerIn(file: string): { readonly certificate: string; readonly csca: string; readonly authority?: string; readonly links?: readonly string[] } {
  try {
    return JSON.parse(Buffer.from(bytesOf(file)).toString('utf8')) as ReturnType<typeof answerIn> // the signer reads it strictly
  } catch (error) {
    if (error instanceof Impossible) throw error
    throw new Impossible('answer-invalid', `${file} is no answer of a national side`)
  }
}

async function askedName(count: number, of: number): Promise<string> {
  const { createInterface } = await import('node:readline/promises')
  if (!process.stdin.isTTY) throw new Impossible('custodian-missing', '--custodian names who confirms, and nobody is at the keyboard')
  const reader = createInterface({ input: process.stdin, output: process.stderr })
  try {
    return (await reader.question(zh() ? `第 ${count} 位保管人（共 ${of} 位）姓名: ` : `custodian ${count} of ${of}, name: `)).trim()
  } finally {
    reader.close()
  }
}

async function confirmBy(line: Line, c: CeremonyView, o: { readonly name: string; readonly file: string | undefined }): Promise<CeremonyView> {
  return ask<CeremonyView>(line, 'POST', ['/v1/ceremonies/confirm', { id: c.id, digest: c.digest, custodian: o.name, passphrase: await passphraseOf(o.name, o.file) }])
}

async function finish(line: Line, values: Values, c: Pick<CeremonyView, 'id' | 'digest'>): Promise<number> {
  const done = await ask<BackupAnswer>(line, 'POST', ['/v1/ceremonies/carry-out', { id: c.id, digest: c.digest }])
  if (done.file !== undefined) writeNew(needed(values, 'out'), done.file.content, 0o600)
  return ended(values, done.ceremony)
}

/** A whole ceremony at one desk: opened, shown, confirmed by one custodian after the other, carried out. */
async function ceremony({ line, values, rest: [kind] }: Asked): Promise<number> {
  if (kind === 'export-backup' && existsSync(needed(values, 'out'))) throw new Impossible('file-exists', `${needed(values, 'out')} is there already`)
  let c = await ask<CeremonyView>(line, 'POST', ['/v1/ceremonies/open', await orderOf(kind, values)])
  if (c.state === 'done' || c.state === 'failed') return ended(values, c)
  if (!values.json) process.stderr.write(`${linesOf(c).join('\n')}\n`)
  const files = filesOf(values)
  const named = [...values.custodian ?? []]
  while (c.confirmations.length < c.threshold) {
    const name = named.shift() ?? await askedName(c.confirmations.length + 1, c.threshold)
    c = await confirmBy(line, c, { name, file: files.get(name) })
  }
  return finish(line, values, c)
}

/** The steps of a ceremony one by one, for people at different desks. */
async function open({ line, values, rest: [kind] }: Asked): Promise<number> {
  const c = await ask<CeremonyView>(line, 'POST', ['/v1/ceremonies/open', await orderOf(kind, values)])
  if (values.json) printJson(c)
  else say(linesOf(c))
  return EXIT.done
}

const byId = async (line: Line, id: string | undefined): Promise<CeremonyView> => {
  if (id === undefined) throw new Impossible('usage', 'the id of a ceremony is needed: causeway signer status lists them')
  return ask<CeremonyView>(line, 'GET', [`/v1/ceremonies?id=${encodeURIComponent(id)}`])
}

async function confirm({ line, values, rest: [id] }: Asked): Promise<number> {
  const c = await byId(line, id)
  if (!values.json) process.stderr.write(`${linesOf(c).join('\n')}\n`)
  const name = values.custodian?.[0] ?? await askedName(c.confirmations.length + 1, c.threshold)
  const after = await confirmBy(line, c, { name, file: filesOf(values).get(name) })
  if (values.json) printJson(after)
  else say(linesOf(after))
  return EXIT.done
}

async function minutes({ line, values, rest: [id] }: Asked): Promise<number> {
  const c = await byId(line, id)
  if (c.state !== 'done' && c.state !== 'failed') throw new Impossible('ceremony-open', `the ceremony ${c.id} is ${c.state}: minutes are of one that is over`)
  await writeMinutes({ ...values, minutes: needed(values, 'out') }, c)
  if (values.json) printJson({ file: values.out, ceremony: c.id })
  return EXIT.done
}

/** The request for a certificate, as a file to carry to the national side. */
async function request({ line, values }: Asked): Promise<number> {
  const out = needed(values, 'out')
  const use = values.use ?? 'document'
  const answer = await ask<CertificateRequestAnswer>(line, 'POST', use === 'document' ? ['/v1/certificate-request', {}] : ['/v1/credential-request', { use }])
  writeNew(out, `${JSON.stringify(answer, undefined, 1)}\n`)
  if (values.json) printJson({ file: out, keyId: answer.keyId })
  else say([zh() ? `密钥 ${answer.keyId} 的证书请求写入 ${out}` : `request for key ${answer.keyId} in ${out}`])
  return EXIT.done
}

const VERBS: readonly Verb[] = [
  { word: 'status', usage: 'status', run: status },
  { word: 'found', usage: 'found --threshold M --custodian NAME… [--pin-file FILE]', run: found },
  { word: 'request', usage: 'request --out FILE [--use document|seal|bar-code]', run: request },
  { word: 'ceremony', usage: 'ceremony activate | create-key --use U --type T | import-certificate --answer FILE | import-credential --use seal|bar-code --answer FILE | import-certificate --certificate FILE --csca FILE [--link FILE]… | retire-key --key ID --reason WORDS | export-backup --out FILE | add-custodian --name N | replace-custodian --replaces N --name N [--minutes FILE.pdf]', run: ceremony },
  { word: 'open', usage: 'open KIND …', run: open },
  { word: 'confirm', usage: 'confirm ID --custodian NAME', run: confirm },
  { word: 'carry-out', usage: 'carry-out ID', run: async ({ line, values, rest: [id] }) => finish(line, values, await byId(line, id)) },
  { word: 'minutes', usage: 'minutes ID --out FILE.pdf [--office NAME]', run: minutes },
]

/** The custodians' desk of the security server. It speaks to the signer itself: no account and no server between. */
export const signerCommand: Command = {
  name: 'signer',
  usage: `signer ${VERBS.map((v) => v.word).join(' | ')} … [--json] [--folder DIR] [--passphrase NAME=FILE]…`,
  says: { zh: '安全服务器：状态、保管人、密钥仪式及其记录', en: 'the security server: status, custodians, key ceremonies and their minutes' },
  run: async (args) => {
    const { values, positionals: [word, ...rest] } = read(args)
    const verb = VERBS.find((v) => v.word === word)
    if (verb === undefined) throw new Impossible('usage', `signer ${VERBS.map((v) => v.usage).join(' | signer ')}`)
    const folder = values.folder ?? join(stateFolder(CHECKOUT, process.env['CAUSEWAY_STATE']), 'signer')
    if (!existsSync(folder)) throw new Impossible('folder-missing', `${folder} is not there; --folder names the folder of the signer`)
    return verb.run({ line: openLine(socketIn(folder, 'custodian.sock'), 'signer'), values, rest })
  },
}

import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'

import { openLine, socketIn, stateFolder, type Line } from '@causeway/ground'
import { hubSentence } from '@causeway/signing'
import { parseCertificate, renderName, wrapPem } from 'icao9303'

import { EXIT, Impossible, language, printJson, type Command } from './command.ts'
import { bytesOf, derOf, writeNew } from './pki/option.ts'
import { CHECKOUT } from './platform.ts'

const text = { type: 'string' } as const
const OPTIONS = { json: { type: 'boolean', default: false }, folder: text, office: text, use: { type: 'string', default: 'document' }, out: text, reason: text, at: text, 'key-type': text, name: text, organisation: text } as const
const read = (args: readonly string[]) => parseArgs({ args: [...args], allowPositionals: true, options: OPTIONS })
type Values = ReturnType<typeof read>['values']

interface Asked { readonly line: Line; readonly values: Values; readonly rest: readonly string[] }
interface Verb { readonly word: string; readonly usage: string; readonly run: (a: Asked) => Promise<number> }
interface Certified { readonly certificate: string; readonly csca?: string; readonly links?: readonly string[] }
interface Lineage { readonly mark: string; readonly links: readonly string[]; readonly generations: readonly { readonly number: number; readonly state: string; readonly certificate: string; readonly usableFrom: string; readonly usableUntil: string }[] }

const say = (zh: string, en: string): void => { process.stdout.write(`${language() === 'zh' ? zh : en}\n`) }
const bytesIn = (base64: string): Uint8Array => new Uint8Array(Buffer.from(base64, 'base64'))

function needed(values: Values, name: 'office' | 'out' | 'reason'): string {
  const value = values[name]
  if (value === undefined || value === '') throw new Impossible('usage', `--${name} is needed`)
  return value
}

/** Asks as the operator; a refusal is one line with its code and its sentence. */
async function ask<T>(line: Line, method: 'GET' | 'POST', [path, body]: readonly [string, unknown?]): Promise<T> {
  const answer = await line.call<T>(method, path, body)
  if (answer.ok) return answer.value
  if (answer.error.code === 'part-unreachable') throw new Impossible('part-unreachable', 'the hub does not answer at operator.sock in its folder: it does not run, or you are not its user')
  throw new Impossible(answer.error.code, hubSentence(answer.error, language()))
}

/** The DER of a request: PEM, DER, or the answer of the signer, as JSON. */
function requestIn(path: string): string {
  const bytes = bytesOf(path)
  if (bytes[0] !== 0x7b) return Buffer.from(derOf(path)).toString('base64')
  try {
    const { request } = JSON.parse(Buffer.from(bytes).toString('utf8')) as { readonly request?: unknown }
    if (typeof request === 'string') return request
  } catch {
    // said below
  }
  throw new Impossible('request-invalid', `${path} holds no request`)
}

const ROUTES: Readonly<Record<string, string>> = { document: '/v1/ds', seal: '/v1/seal-certificate', 'bar-code': '/v1/bar-code-certificate' }

async function show({ line, values }: Asked): Promise<number> {
  const [lineage, health] = [await ask<Lineage>(line, 'GET', ['/v1/csca']), await ask<{ readonly says: readonly string[] }>(line, 'GET', ['/v1/health'])]
  if (values.json) { printJson({ ...lineage, says: health.says }); return EXIT.done }
  for (const s of health.says) process.stdout.write(`${s}\n`)
  for (const g of lineage.generations) {
    const c = parseCertificate(bytesIn(g.certificate))
    process.stdout.write(`  ${g.number} ${g.state.padEnd(8)} ${g.usableFrom.slice(0, 10)} – ${g.usableUntil.slice(0, 10)}  ${c === undefined ? '?' : renderName(c.subject)}  ${c?.serial ?? ''}\n`)
  }
  return EXIT.done
}

async function code({ line, values }: Asked): Promise<number> {
  const made = await ask<{ readonly office: string; readonly code: string; readonly until: string }>(line, 'POST', ['/v1/office-codes', { office: needed(values, 'office') }])
  if (values.json) printJson(made)
  else say(`机构 ${made.office} 的一次性登记码：${made.code}（${made.until} 前有效）`, `one-time code of office ${made.office}: ${made.code} (until ${made.until})`)
  return EXIT.done
}

/** Certifies a request that was carried here, into a file to carry back. */
async function sign({ line, values, rest: [path] }: Asked): Promise<number> {
  const [route, out] = [ROUTES[values.use], needed(values, 'out')]
  if (path === undefined || route === undefined) throw new Impossible('usage', 'hub sign REQUEST --office ID --out FILE [--use document|seal|bar-code]')
  if (existsSync(out)) throw new Impossible('file-exists', `${out} is there already`)
  const answer = await ask<Certified>(line, 'POST', [route, { office: needed(values, 'office'), request: requestIn(path) }])
  const { certificate, csca, links } = answer
  writeNew(out, `${JSON.stringify(csca === undefined ? answer : { certificate, csca, ...(links === undefined ? {} : { links }) }, undefined, 1)}\n`)
  const made = parseCertificate(bytesIn(certificate))
  if (values.json) printJson({ file: out, serial: made?.serial, subject: made && renderName(made.subject) })
  else say(`证书 ${made?.serial ?? ''} 写入 ${out}`, `certificate ${made?.serial ?? ''} in ${out}`)
  return EXIT.done
}

async function rollOver({ line, values }: Asked): Promise<number> {
  const lineage = await ask<Lineage>(line, 'POST', ['/v1/csca/roll-over', {
    ...(values['key-type'] === undefined ? {} : { keyType: values['key-type'] }), ...(values.name === undefined ? {} : { commonName: values.name }), ...(values.organisation === undefined ? {} : { organisation: values.organisation }),
  }])
  const made = lineage.generations.at(-1)!
  if (values.json) printJson(lineage)
  else say(`第 ${made.number} 代根证书已生成，自 ${made.usableFrom.slice(0, 10)} 起签发；请先分发链接证书`, `generation ${made.number} is made and certifies from ${made.usableFrom.slice(0, 10)}: hand out its link first`)
  return EXIT.done
}

async function revoke({ line, values, rest: [what] }: Asked): Promise<number> {
  if (what === undefined) throw new Impossible('usage', 'hub revoke SERIAL|FILE --reason WORD [--at TIME] [--out FILE]')
  const named = existsSync(what) ? { certificate: Buffer.from(derOf(what)).toString('base64') } : { serial: what.toLowerCase().replace(/^0+/, '') }
  const answer = await ask<{ readonly crl: string; readonly receipt: object }>(line, 'POST', ['/v1/revocations', { ...named, reason: needed(values, 'reason'), ...(values.at === undefined ? {} : { at: values.at }) }])
  if (values.out !== undefined) writeNew(values.out, bytesIn(answer.crl))
  printJson(answer.receipt)
  return EXIT.done
}

/** Everything that others need, as files: generations, links, lists. */
async function publish({ line, values }: Asked): Promise<number> {
  const out = needed(values, 'out')
  mkdirSync(out, { recursive: true })
  const { generations, links } = await ask<Lineage>(line, 'GET', ['/v1/csca'])
  const { crls } = await ask<{ readonly crls: readonly string[] }>(line, 'GET', ['/v1/crl'])
  const { masterList } = await ask<{ readonly masterList: string }>(line, 'GET', ['/v1/masterlist'])
  const { deviationList } = await ask<{ readonly deviationList: string }>(line, 'GET', ['/v1/deviationlist'])
  const seal = await ask<{ readonly certificate: string; readonly crl: string }>(line, 'GET', ['/v1/seal-authority'])
  const files: readonly (readonly [string, string | Uint8Array])[] = [
    ...generations.map((g) => [`csca-${g.number}.pem`, wrapPem('CERTIFICATE', bytesIn(g.certificate))] as const),
    ...links.map((l, i) => [`link-${i + 1}-${i + 2}.pem`, wrapPem('CERTIFICATE', bytesIn(l))] as const),
    ...crls.map((c, i) => [i === 0 ? 'csca.crl' : `csca-earlier-${i}.crl`, bytesIn(c)] as const),
    ['masterlist.ml', bytesIn(masterList)], ['deviationlist.dl', bytesIn(deviationList)], ['seal-authority.pem', wrapPem('CERTIFICATE', bytesIn(seal.certificate))], ['seal-authority.crl', bytesIn(seal.crl)],
  ]
  for (const [name, content] of files) writeFileSync(join(out, name), content)
  if (values.json) printJson({ folder: out, files: files.map(([name]) => name) })
  else say(`已写出 ${files.length} 个文件到 ${out}`, `${files.length} files in ${out}`)
  return EXIT.done
}

const VERBS: readonly Verb[] = [
  { word: 'show', usage: 'show', run: show },
  { word: 'code', usage: 'code --office ID', run: code },
  { word: 'sign', usage: 'sign REQUEST --office ID --out FILE [--use document|seal|bar-code]', run: sign },
  { word: 'roll-over', usage: 'roll-over [--key-type P-384] [--name CN] [--organisation O]', run: rollOver },
  { word: 'revoke', usage: 'revoke SERIAL|FILE --reason WORD [--at TIME] [--out FILE]', run: revoke },
  { word: 'publish', usage: 'publish --out DIR', run: publish },
]

/** The operator's desk of the reference national side; also where it has no network: requests come and go as files. */
export const hubCommand: Command = {
  name: 'hub',
  usage: `hub ${VERBS.map((v) => v.word).join(' | ')} … [--json] [--folder DIR]`,
  says: { zh: '参考国家端（样本）：登记码、换代、签发随身带来的请求、吊销、公布', en: 'the reference national side (SPECIMEN): codes, roll-over, requests carried in by hand, revocation, publication' },
  run: async (args) => {
    const { values, positionals: [word, ...rest] } = read(args)
    const verb = VERBS.find((v) => v.word === word)
    if (verb === undefined) throw new Impossible('usage', `hub ${VERBS.map((v) => v.usage).join(' | hub ')}`)
    const folder = values.folder ?? join(stateFolder(CHECKOUT, process.env['CAUSEWAY_STATE']), 'hub')
    if (!existsSync(folder)) throw new Impossible('folder-missing', `${folder} is not there; --folder names the folder of the hub`)
    return verb.run({ line: openLine(socketIn(folder, 'operator.sock'), 'hub'), values, rest })
  },
}

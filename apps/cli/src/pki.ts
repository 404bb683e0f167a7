import { Impossible, type Command } from './command.ts'
import { newCsca, newDs, newLink, newListSigner, renewDs } from './pki/authority.ts'
import { makeCrl, makeDeviationList, makeMasterList, showCrl, showDeviationList, showMasterList, verifySigned } from './pki/list.ts'
import { parseOptions, type Values } from './pki/option.ts'
import { lintFile, showFile } from './pki/show.ts'

/** One act: its words, and what it does with options and paths. */
interface Verb {
  readonly words: string
  readonly usage: string
  readonly run: (values: Values, paths: readonly string[]) => Promise<number>
}

function onlyPath(paths: readonly string[], usage: string): string {
  if (paths.length !== 1) throw new Impossible('usage', `pki ${usage}`)
  return paths[0]!
}

const onFile = (
  words: string, usage: string, run: (values: Values, path: string) => Promise<number>,
): Verb => ({ words, usage, run: async (values, paths) => run(values, onlyPath(paths, usage)) })

const VERBS: readonly Verb[] = [
  {
    words: 'csca new',
    usage: 'csca new --country UT --state UTO --organisation O --contact MAIL --crl-url URL… --out DIR [--name CN] [--key-type p384] [--use-years 5] [--document-years 10]',
    run: async (v) => newCsca(v),
  },
  {
    words: 'ds new',
    usage: 'ds new --csca FILE --types P,ID --out DIR [--request FILE] [--name CN] [--key-type p256] [--use-days 92] [--document-years 10]',
    run: async (v) => newDs(v),
  },
  { words: 'ds renew', usage: 'ds renew --ds FILE --csca FILE --out DIR', run: async (v) => renewDs(v) },
  {
    words: 'signer new',
    usage: 'signer new masterlist|deviation|barcode --csca FILE --out DIR [--reference XX]',
    run: async (v, [kind]) => newListSigner(v, kind),
  },
  { words: 'link', usage: 'link --old FILE --new FILE --out FILE', run: async (v) => newLink(v) },
  { words: 'masterlist make', usage: 'masterlist make ENTRY… --signer FILE [--chain FILE] --out FILE', run: makeMasterList },
  onFile('masterlist show', 'masterlist show FILE', showMasterList),
  onFile('masterlist verify', 'masterlist verify FILE --trust PATH… [--at TIME]', async (v, path) => verifySigned(v, path, 'master-list')),
  {
    words: 'crl make',
    usage: 'crl make --csca FILE [--previous FILE] [--revoke SERIAL[@DATE]]… [--days 90] --out FILE',
    run: async (v) => makeCrl(v),
  },
  onFile('crl show', 'crl show FILE', async (v, path) => Promise.resolve(showCrl(v, path))),
  onFile('deviation make', 'deviation make FILE.json --signer FILE [--chain FILE] --out FILE', makeDeviationList),
  onFile('deviation show', 'deviation show FILE', showDeviationList),
  onFile('deviation verify', 'deviation verify FILE --trust PATH… [--at TIME]', async (v, path) => verifySigned(v, path, 'deviation-list')),
  onFile('show', 'show FILE', showFile),
  onFile('lint', 'lint FILE [--issued-by FILE]', lintFile),
]

export const pkiCommand: Command = {
  name: 'pki',
  usage: `pki ${VERBS.map((v) => v.words).join(' | ')} … [--json] [--pkcs11 MODULE --token LABEL]`,
  says: {
    zh: '证件公钥基础设施：根证书、签名证书、链接证书、主列表、吊销列表、偏差列表',
    en: 'the document PKI: authorities, signers, links, master lists, revocation lists, deviation lists',
  },
  run: async (args) => {
    const { values, positionals } = parseOptions(args)
    const two = positionals.slice(0, 2).join(' ')
    const verb = VERBS.find((v) => v.words === two) ?? VERBS.find((v) => v.words === positionals[0])
    if (verb === undefined) throw new Impossible('usage', `pki ${VERBS.map((v) => v.words).join(' | ')}`)
    return verb.run(values, positionals.slice(verb.words.split(' ').length))
  },
}

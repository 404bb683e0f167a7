import { parseArgs } from 'node:util'

import { readAccounts, readingSays, recordAccounts } from '@causeway/accounts'

import { check, profileIn } from './accounts/check.ts'
import { serve } from './accounts/serve.ts'
import { sourcesOf } from './accounts/source.ts'
import { contentOf } from './accounts/task.ts'
import { EXIT, Impossible, language, writeWhole, type Command } from './command.ts'

async function importFile(file: string, o: { readonly out: string; readonly profile: string | undefined }): Promise<number> {
  const [source, ...more] = sourcesOf([file])
  if (source === undefined || more.length > 0) throw new Impossible('usage', 'one document at a time')
  const content = await contentOf(source)
  if (!content.ok) throw new Impossible(content.error.code, `${source.name}: ${readingSays(content.error)[language()]}`)
  const record = recordAccounts(readAccounts(content.value, profileIn(o.profile)))
  if (record.tables.length === 0 && record.slots.length === 0) throw new Impossible('not-final-accounts', `${source.name}: ${readingSays({ code: 'not-final-accounts' })[language()]}`)
  writeWhole(o.out, `${JSON.stringify(record, null, 2)}\n`)
  process.stdout.write(language() === 'zh' ? `${o.out}：${record.tables.length} 张表，文字中 ${record.slots.length} 处数据；未能读取 ${record.unread.length} 处\n` : `${o.out}: ${record.tables.length} tables, ${record.slots.length} statements; ${record.unread.length} gaps\n`)
  for (const gap of record.unread) process.stderr.write(`${[gap.code, gap.table, gap.row, gap.column].filter((x) => x !== undefined).join(' ')}\n`)
  return EXIT.done
}

export const accountsCommand: Command = {
  name: 'accounts',
  usage: 'accounts check FILE… [--profile NAME|FILE.json] [--relations FILE.json] [--json] [--report FILE.html|.docx|.xlsx] | accounts import FILE --out DATA.json [--profile NAME] | accounts serve [--port N]',
  says: { zh: '核对决算公开文本（单个文件、文件夹或压缩包），导出为数据，或在本机打开核对网页', en: 'examine published final accounts (files, a folder, a zip of a district), take one into data, or open the page on this machine' },
  run: async (args) => {
    const { values, positionals } = parseArgs({
      args: [...args], allowPositionals: true,
      options: { profile: { type: 'string' }, relations: { type: 'string' }, json: { type: 'boolean', default: false }, report: { type: 'string' }, out: { type: 'string' }, port: { type: 'string', default: '8720' } },
    })
    const [verb, ...files] = positionals
    if (verb === 'check' && files.length > 0) return check(files, { profile: values.profile, relations: values.relations, report: values.report, json: values.json })
    if (verb === 'import' && files.length === 1 && values.out !== undefined) return importFile(files[0]!, { out: values.out, profile: values.profile })
    if (verb === 'serve' && files.length === 0) return serve(Number(values.port))
    throw new Impossible('usage', accountsCommand.usage)
  },
}

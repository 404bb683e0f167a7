import { examine, readDocx, readSheets, readText, reportOf } from '@causeway/accounts'
import { answerAsThread } from '@causeway/ground'
import { no, ok, type Refusal, type Result } from '@causeway/kernel'
import { filesIn, readFile } from '@causeway/paper'

import { type Examined, type Upload } from './examiner.ts'

answerAsThread<Upload, Result<Examined, Refusal>>(async ({ name, bytes: sent, entry }) => {
  const files = entry === undefined ? ok([{ name, bytes: sent }]) : filesIn(new Uint8Array(sent), (n) => n === entry)
  if (!files.ok) return files
  const bytes = files.value[0]?.bytes
  if (bytes === undefined) return no({ code: 'file-broken', at: name })
  const content = await readFile(bytes, name, { text: readText, docx: readDocx, sheets: readSheets })
  if (!content.ok) return content
  const e = examine(content.value)
  return e.ok ? ok({ report: reportOf(e.value), content: content.value }) : e
})

import { examine, readDocx, readSheets, readText, reportOf } from '@causeway/accounts'
import { answerAsThread } from '@causeway/ground'
import { ok, type Refusal, type Result } from '@causeway/kernel'
import { readFile } from '@causeway/paper'

import { type Examined, type Upload } from './examiner.ts'

answerAsThread<Upload, Result<Examined, Refusal>>(async ({ name, bytes }) => {
  const content = await readFile(bytes, name, { text: readText, docx: readDocx, sheets: readSheets })
  if (!content.ok) return content
  const e = examine(content.value)
  return e.ok ? ok({ report: reportOf(e.value), content: content.value }) : e
})

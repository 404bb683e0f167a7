/** What is said of a file that cannot be read, or of what of it could not be: the rule and the remedy, by code. `{x}` is a figure of its details. */
export const READING_SENTENCES: Readonly<Record<string, { readonly zh: string; readonly en: string }>> = {
  'file-broken': { zh: '文件已损坏或不完整，无法打开。请从原处重新下载，或用原软件打开后另存一份再试。', en: 'The file is damaged or cut off and cannot be opened. Download it again, or open it in its own program, save a copy and try that.' },
  'file-empty': { zh: '文件中没有任何文字。请确认上传的是决算公开文本。', en: 'There is no text in the file. Make sure that it is the published document.' },
  'file-is-archive': { zh: '这是一个压缩包，内有 {files} 个文件。请解压后逐个检查，或按文件夹批量检查。', en: 'This is an archive with {files} files. Unpack it and check the files one by one, or check the folder as a batch.' },
  'file-is-picture': { zh: '这是一张图片，其中的文字无法读取，故不作任何判断。请提供带文字层的 PDF、docx、xlsx 或网页。', en: 'This is a picture; its words cannot be read and nothing is said of them. Give a PDF with a text layer, a docx, an xlsx or the web page.' },
  'file-locked': { zh: '文件设有打开密码。请在原软件中取消密码后另存，再上传。', en: 'The file asks for a password. Remove it in its own program, save a copy and give that.' },
  'file-not-docx': { zh: '文件包中没有 Word 正文。请用 Word 或 WPS 打开后另存为 docx。', en: 'The package has no Word document inside. Open it in Word or WPS and save it as docx.' },
  'file-not-text': { zh: '文件不是文本（不是 UTF-8、UTF-16、GBK 或 GB 18030 编码）。请另存为 UTF-8 文本、docx 或 PDF。', en: 'The file is no text (not UTF-8, UTF-16, GBK or GB 18030). Save it as UTF-8 text, docx or PDF.' },
  'file-old-format': { zh: '这是旧版 Office 或 WPS 格式（doc、xls、wps、et）。请用 Word 或 WPS 打开，另存为 docx、xlsx 或 PDF。', en: 'This is an old Office or WPS format (doc, xls, wps, et). Open it in Word or WPS and save it as docx, xlsx or PDF.' },
  'file-too-large': { zh: '文件过大，或解压后超出合理大小，未打开。请拆分或压缩其中的图片后再试。', en: 'The file is too large, or unpacks to more than is reasonable, and was not opened. Split it, or make its pictures smaller.' },
  'file-unknown': { zh: '无法识别的文件格式。可读取：txt、docx、带文字层的 PDF、网页（html）、xlsx。请另存为其中一种。', en: 'The format of the file is not known. Read are: txt, docx, PDF with a text layer, html, xlsx. Save it as one of these.' },
  'file-unreadable': { zh: '共 {pages} 页，都没有可读的文字（扫描件或图片），故不作任何判断。请提供带文字层的 PDF 或 docx，或先做文字识别。', en: 'None of its {pages} pages has text that can be read (a scan, pictures); nothing is said of it. Give a PDF with a text layer or a docx, or recognise its text first.' },
  'formula-without-value': { zh: '单元格是公式，文件中没有它的计算结果，按未读处理。请在 Excel 或 WPS 中打开、重新计算并保存。', en: 'The cell is a formula whose value is not in the file; it counts as not read. Open the workbook in Excel or WPS, let it calculate and save it.' },
  'not-final-accounts': { zh: '这不是决算公开文本：没有找到九张决算表中的任何一张，也没有决算的文字和金额。请确认文件；预算公开文本不在核对范围内。', en: 'This is no document of final accounts: none of the nine tables was found, and no words and amounts of accounts. Make sure that it is the right file; budgets are not examined.' },
  'nothing-read': { zh: '文件中没有可读的文字，故不作任何判断。请提供带文字的版本。', en: 'The file has no text that can be read; nothing is said of it. Give a version with text.' },
  'page-broken': { zh: '此页无法解析，未读。请重新导出 PDF。', en: 'This page cannot be parsed and was not read. Export the PDF again.' },
  'page-is-picture': { zh: '此页是图片或扫描件，没有文字层，未读。请换用带文字层的版本。', en: 'This page is a picture or scan without a text layer and was not read. Use a version with text.' },
  'pages-left-out': { zh: '共 {pages} 页，只读了前 {read} 页。请拆分文件。', en: 'Of {pages} pages the first {read} were read. Split the file.' },
  'part-not-read': { zh: '此处嵌入了另一份文档，未读。请在 Word 中打开并另存，使其并入正文。', en: 'Another document is embedded here and was not read. Open and save the file in Word, so that it becomes part of the text.' },
  'picture-not-read': { zh: '此处是图片，其中的文字和表格未读，不作任何判断。若是表格，请改用文字表格。', en: 'This is a picture; words and tables in it were not read and nothing is said of them. If it is a table, set it as text.' },
  'thread-fell': { zh: '核对这份文件时中断（用时或内存超过上限），未作判断，其他文件不受影响。请拆分文件，或另存为 docx 后再试。', en: 'The examination of this file was cut off (it took too long or too much memory); nothing is said of it, and other files are not touched. Split it, or save it as docx, and try again.' },
  'threads-busy': { zh: '正在核对的文件过多，请稍候再试。', en: 'Too many files are being examined; try again soon.' },
}

/** The sentence of a refusal, or of what was not read, its figures filled in. A code without a sentence stands for itself. */
export function readingSays(r: { readonly code: string; readonly details?: Readonly<Record<string, unknown>> | undefined }): { readonly zh: string; readonly en: string } {
  const fill = (text: string): string => text.replace(/\{(\w+)\}/g, (_, name: string) => String(r.details?.[name] ?? '?'))
  const { zh, en } = READING_SENTENCES[r.code] ?? { zh: r.code, en: r.code }
  return { zh: fill(zh), en: fill(en) }
}

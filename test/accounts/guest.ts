import { Document, Packer, Paragraph } from 'docx'

/** A short text of published accounts of nobody, with one wrong share: 15.00 of 20.00 is no 57 %. */
export const PUBLISHED = `海州市档案馆2024年度单位决算

一、收入支出决算总体情况说明

2024年度收、支总计均为1200.00万元。与2023年度相比，收、支总计各增加200.00万元，增长20.00%。主要原因是项目支出增加。

二、政府采购支出情况

2024年度政府采购支出总额20.00万元，其中：政府采购货物支出12.00万元、政府采购工程支出0.00万元、政府采购服务支出8.00万元。授予中小企业合同金额15.00万元，占政府采购支出总额的57%。
`

/** The same as a Word file. */
export const toWord = async (text: string): Promise<Uint8Array> => Uint8Array.from(await Packer.toBuffer(new Document({ sections: [{ children: text.split('\n\n').map((p) => new Paragraph(p.trim())) }] })))

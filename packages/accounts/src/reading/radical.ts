/** Radicals of the supplement block that stand for a simplified character and have no decomposition of their own (Unicode 2E80–2EF3). */
const SUPPLEMENT: Readonly<Record<string, string>> = {
  '⺠': '民', '⻁': '虎', '⻄': '西', '⻅': '见', '⻆': '角', '⻉': '贝', '⻋': '车', '⻑': '長', '⻓': '长', '⻔': '门', '⻘': '青', '⻙': '韦', '⻚': '页', '⻛': '风', '⻜': '飞', '⻝': '食',
  '⻢': '马', '⻣': '骨', '⻤': '鬼', '⻥': '鱼', '⻦': '鸟', '⻨': '麦', '⻩': '黄', '⻬': '齐', '⻮': '齿', '⻰': '龙', '⺝': '月', '⺍': '小', '⺒': '巳',
}

/** Radicals of the main block whose decomposition is the older form, and whose shape in today's fonts is that of the form in use. */
const SAME_SHAPE: Readonly<Record<string, string>> = { '⼾': '户', '⿈': '黄', '⾭': '青' }

/**
 * Characters as written: programs that print to PDF name some by their radical (⼊ for 入, ⻋ for 车), which looks the same and is another code.
 */
export function plain(text: string): string {
  return /[\u2e80-\u2fdf]/.test(text) ? text.replace(/[\u2e80-\u2fdf]/g, (c) => SAME_SHAPE[c] ?? SUPPLEMENT[c] ?? c.normalize('NFKC')) : text
}

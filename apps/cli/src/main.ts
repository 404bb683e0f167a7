import { EXIT, Impossible, language, type Command } from './command.ts'
import { demoCommand } from './demo.ts'
import { doctorCommand } from './doctor.ts'
import { inspectCommand } from './inspect.ts'
import { journalCommand } from './journal.ts'
import { mrzCommand } from './mrz.ts'
import { serveCommand } from './serve.ts'

const COMMANDS: readonly Command[] = [serveCommand, demoCommand, inspectCommand, mrzCommand, journalCommand, doctorCommand]

function help(): string {
  return [...COMMANDS.map((c) => `  causeway ${c.usage}\n      ${c.says[language()]}`), ''].join('\n')
}

async function main(argv: readonly string[]): Promise<number> {
  const [name, ...args] = argv
  if (name === undefined || name === 'help' || name === '--help') {
    process.stdout.write(help())
    return name === undefined ? EXIT.impossible : EXIT.done
  }
  const command = COMMANDS.find((c) => c.name === name)
  if (command === undefined) throw new Impossible('command-unknown', `${name} is no command; causeway help lists them`)
  return command.run(args)
}

// A reader that has seen enough (`| head`) is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? process.exitCode : EXIT.impossible))

try {
  process.exitCode = await main(process.argv.slice(2))
} catch (error) {
  const code = error instanceof Impossible ? error.code : ((error as { code?: string }).code ?? 'failed')
  const usage = code.startsWith('ERR_PARSE_ARGS')
  process.stderr.write(`${usage ? 'usage' : code}: ${(error as Error).message.split('\n')[0]}\n`)
  process.exitCode = EXIT.impossible
}

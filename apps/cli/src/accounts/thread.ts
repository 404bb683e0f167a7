import { answerAsThread } from '@causeway/ground'

import { examineTask } from './task.ts'

answerAsThread(examineTask)

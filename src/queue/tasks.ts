/** Definitions of tasks: data only. A payload carries ids, never personal data. */

export interface ExecuteRunTask {
  readonly tenantId: string;
  readonly runId: string;
}

/** A task as a worker has it; `taskId` is left out where none was given out. */
export interface TakenRun extends ExecuteRunTask {
  readonly taskId?: string;
}

/** `inSeconds`: not before so much time has passed. */
export interface RunTask extends ExecuteRunTask {
  readonly inSeconds?: number;
}

/** One step of a data request. */
export interface RequestStepTask {
  readonly tenantId: string;
  readonly requestId: string;
  readonly phase: string;
  readonly round: number;
  /** Null: all sources. */
  readonly sourceId: string | null;
}

export const REQUEST_STEP = 'request-step';
export const ADVANCE_REQUESTS = 'advance-requests';
export const EXECUTE_RUN = 'execute-run';
export const RECOVER_RUNS = 'recover-runs';
export const SEND_NOTICES = 'send-notices';

/** A run that kills its worker this often is put in quarantine. */
export const MOST_CRASHES = 5;

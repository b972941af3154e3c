// SPDX-License-Identifier: Apache-2.0
// A failed request, in words a person can act on. `status` 0 means that no answer came at all.

import type { Problem } from './types';

export class ApiError extends Error {
  override readonly name = 'ApiError';

  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly requestId: string | null = null,
  ) {
    super(message);
  }

  /** What the server read from its disk is not what was once written there. */
  get isDamage(): boolean {
    return this.code === 'corrupt';
  }

  /** Whether asking again later can help. A wrong address stays wrong; a busy server does not stay busy. */
  get worthRetrying(): boolean {
    if (this.isDamage) return false;
    return this.status === 0 || this.status === 408 || this.status === 429 || this.status >= 500;
  }
}

export function unreachable(): ApiError {
  return new ApiError(0, 'unreachable', 'The server did not answer. Check the network connection.');
}

export async function errorFromResponse(response: Response): Promise<ApiError> {
  try {
    const problem = (await response.json()) as Partial<Problem>;
    return new ApiError(
      response.status,
      problem.code ?? 'unknown',
      problem.detail || problem.title || `The server answered ${response.status}.`,
      problem.request_id ?? null,
    );
  } catch {
    return new ApiError(response.status, 'unknown', `The server answered ${response.status}.`);
  }
}

export function isAbort(error: unknown): boolean {
  return error instanceof DOMException && error.name === 'AbortError';
}

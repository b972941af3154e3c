// SPDX-License-Identifier: Apache-2.0
// How good the pictures have to be, against what the network can carry. Values that are read out are exact in any case.

/** auto: lossy at once, exact at rest. low: lossy only. exact: no lossy picture of what is in sight. */
export type QualityChoice = 'auto' | 'low' | 'exact';

export const qualityChoices: readonly QualityChoice[] = ['auto', 'low', 'exact'];

export function isQualityChoice(text: unknown): text is QualityChoice {
  return text === 'auto' || text === 'low' || text === 'exact';
}

/** Somebody who told the browser to save data gets lossy pictures until they choose otherwise. */
export function effectiveQuality(choice: QualityChoice, savesData: boolean): QualityChoice {
  return choice === 'auto' && savesData ? 'low' : choice;
}

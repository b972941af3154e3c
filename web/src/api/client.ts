// SPDX-License-Identifier: Apache-2.0
// Requests to /api/beamport/v1. Every failure is an ApiError, except an abort, which stays an AbortError.

import { errorFromResponse, isAbort, unreachable } from './api_error';
import type { Dataset, DatasetList, VoxelValue } from './types';

const base = '/api/beamport/v1';

export async function fetchOk(address: string, signal?: AbortSignal): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(address, signal ? { signal } : {});
  } catch (error) {
    if (isAbort(error)) throw error;
    throw unreachable();
  }
  if (!response.ok) throw await errorFromResponse(response);
  return response;
}

async function fetchJson<T>(address: string, signal?: AbortSignal): Promise<T> {
  const response = await fetchOk(address, signal);
  try {
    return (await response.json()) as T;
  } catch (error) {
    if (isAbort(error)) throw error;
    throw unreachable();
  }
}

export function listDatasets(signal?: AbortSignal): Promise<DatasetList> {
  return fetchJson<DatasetList>(`${base}/datasets`, signal);
}

export function getDataset(id: string, signal?: AbortSignal): Promise<Dataset> {
  return fetchJson<Dataset>(`${base}/datasets/${encodeURIComponent(id)}`, signal);
}

export function versionAddress(dataset: { id: string; version: string }): string {
  return `${base}/datasets/${dataset.id}/v/${dataset.version}`;
}

export function getVoxel(
  dataset: { id: string; version: string },
  at: { x: number; y: number; z: number },
  signal?: AbortSignal,
): Promise<VoxelValue> {
  return fetchJson<VoxelValue>(`${versionAddress(dataset)}/voxels/0/${at.z}/${at.y}/${at.x}`, signal);
}

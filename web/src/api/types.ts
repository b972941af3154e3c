// SPDX-License-Identifier: Apache-2.0
// What the server answers, under the names this application uses. The shapes are generated from the server's OpenAPI
// description. Arrays of sizes are [z, y, x]; numbers that are not finite arrive as null.

export type {
  Dataset,
  DatasetLevel as Level,
  DatasetList,
  DatasetSummary,
  Ingest,
  Problem,
  VoxelValue,
} from './generated';

export type Zyx = [number, number, number];

// SPDX-License-Identifier: Apache-2.0
// Made by "npm run api" from openapi/openapi.json. Do not edit.

/** Values shown from black to white. */
export interface ContrastWindow {
  /** Smallest value of the data */
  min: number | null;
  /** Largest value of the data */
  max: number | null;
  /** Shown black at first */
  start: number | null;
  /** Shown white at first */
  end: number | null;
}

/** Everything a viewer needs to begin. */
export interface Dataset {
  /** Stays the same for ever */
  id: string;
  name: string;
  /** Changes whenever the data changes; empty when unreadable */
  version: string;
  state: 'growing' | 'published' | 'damaged' | 'unreadable';
  /** Why the dataset is unreadable, or what of it is damaged */
  problem: string | null;
  /** uint8, int16, float32, …; empty when unreadable */
  data_type: string;
  /** [z, y, x] (voxel) */
  shape: [number, number, number];
  /** [z, y, x] (micrometre) */
  voxel_size_um: [number, number, number];
  /** false: the file gave no unit, micrometres are a guess */
  voxel_size_known: boolean;
  /** Edge of a slice tile (pixel) */
  tile_size: number;
  /** Where the plain OME-Zarr image is served */
  zarr_path: string;
  /** Finest first; empty when unreadable */
  levels: DatasetLevel[];
  window: ContrastWindow;
  preview_window: PreviewWindow;
  /** null for images that other programs wrote */
  statistics: Statistics | null;
  thumbnails: Thumbnails | null;
  source: Source | null;
}

/** One resolution of a dataset. */
export interface DatasetLevel {
  /** 0 is the finest */
  level: number;
  /** [z, y, x] (voxel) */
  shape: [number, number, number];
  /** The unit of compression (voxel) */
  chunk: [number, number, number];
  /** [z, y, x] (micrometre) */
  voxel_size_um: [number, number, number];
  /** Centre of voxel (0, 0, 0) (micrometre) */
  translation_um: [number, number, number];
}

/** All datasets that may be read, sorted by name. */
export interface DatasetList {
  datasets: DatasetSummary[];
  /** Folders that could not be searched, limits reached */
  problems: string[];
}

/** A dataset in a list. */
export interface DatasetSummary {
  /** Stays the same for ever */
  id: string;
  name: string;
  /** Changes whenever the data changes; empty when unreadable */
  version: string;
  state: 'growing' | 'published' | 'damaged' | 'unreadable';
  /** Why the dataset is unreadable, or what of it is damaged */
  problem: string | null;
  /** uint8, int16, float32, …; empty when unreadable */
  data_type: string;
  /** [z, y, x] (voxel) */
  shape: [number, number, number];
  /** [z, y, x] (micrometre) */
  voxel_size_um: [number, number, number];
  /** false: the file gave no unit, micrometres are a guess */
  voxel_size_known: boolean;
  /** Uncompressed, finest level (byte) */
  bytes_raw: number;
  /** The middle xy plane as a data: URL */
  thumbnail: string | null;
}

export interface Health {
  /** Always "ok": the server answers */
  status: string;
}

/** Equal bins over [low, high]; what lies outside is counted apart. */
export interface Histogram {
  low: number | null;
  high: number | null;
  below: number;
  above: number;
  counts: number[];
}

/** A scan on its way to becoming a dataset. */
export interface Ingest {
  /** Of this scan and generation */
  id: string;
  /** Of noticing; orders scans */
  sequence: number;
  /** Of the dataset, once it is published */
  dataset_id: string;
  user: string;
  date: string;
  name: string;
  /** Grows when the same scan is reconstructed again */
  generation: number;
  state: 'noticed' | 'settling' | 'converting' | 'verifying' | 'published' | 'failed' | 'superseded' | 'cancelled';
  /** Why it failed or waits, and what to do */
  note: string | null;
  /** How often it was tried */
  attempts: number;
  /** Converted */
  slices_done: number;
  /** 0 while it is not known */
  slices_total: number;
  /** (byte) */
  bytes_done: number;
  /** (byte) */
  bytes_total: number;
  /** Lately; null unless it converts */
  bytes_per_second: number | null;
  /** At that rate (second) */
  seconds_left: number | null;
  /** When it was first seen (UTC) */
  noticed: string;
  /** When its state last changed (UTC) */
  changed: string;
  /** Grows with every change: of two answers the higher is true */
  revision: number;
}

/** Scans, last noticed first. */
export interface IngestList {
  ingests: Ingest[];
}

/** A scan that is complete or landing. May be sent again: the same scan comes back. */
export interface IngestRequest {
  /** Directory of slices, or one file, as the server sees it */
  source: string;
  /** Folder of the user */
  user?: string | null;
  /** Beam time, YYYYMMDD */
  date?: string | null;
  /** Name of the dataset */
  name?: string | null;
  /** How many there will be; absent: those that are there */
  slices?: number | null;
  /** Number in the first slice's name */
  first_number?: number | null;
}

export interface PercentileValue {
  percent: number;
  value: number | null;
}

/** Lossy tiles hold round((value - low) / (high - low) * 255). */
export interface PreviewWindow {
  low: number;
  high: number;
}

/** Why a request failed (RFC 9457). */
export interface Problem {
  type: string;
  title: string;
  status: number;
  /** Stable name of the problem, for programs */
  code: string;
  /** What was wrong and what to do, for people */
  detail: string;
  /** Names this request in the server's log */
  request_id: string;
  /** The parameter at fault */
  field?: string;
}

/** Which program answers. */
export interface Server {
  name: string;
  version: string;
  /** Version of this API */
  api: string;
}

/** What the dataset was made from. */
export interface Source {
  path_name: string;
  slices: number;
  /** What was changed on the way, in sentences */
  notes: string[];
}

/** Of the finest level; voxels that are not finite are only counted. */
export interface Statistics {
  voxel_count: number;
  nan_count: number;
  infinite_count: number;
  min: number | null;
  max: number | null;
  mean: number | null;
  percentiles: PercentileValue[];
  histogram: Histogram;
}

/** The middle planes as data: URLs, drawn with the opening contrast. */
export interface Thumbnails {
  xy: string;
  xz: string;
  zy: string;
}

/** One voxel. */
export interface VoxelValue {
  level: number;
  z: number;
  y: number;
  x: number;
  /** Nearest double; null when it is not finite */
  value: number | null;
  /** Exact, in its own type: every digit of an integer, NaN, inf */
  text: string;
}

// SPDX-License-Identifier: Apache-2.0
// Made by "npm run api" from openapi/openapi.json. Do not edit.

/** One decision that changed something. */
export interface AuditEntry {
  sequence: number;
  moment: string;
  actor: string;
  event: string;
  object: string;
  /** A JSON object, as text: the digest is over these bytes */
  details: string;
  /** SHA-256 over this entry and the digest before it */
  digest: string;
}

/** Newest first. */
export interface AuditList {
  entries: AuditEntry[];
}

/** A granted visit and what was made for it. */
export interface BeamTime {
  id: string;
  key: string;
  proposal: string;
  title: string;
  begins: string;
  ends: string;
  /** Id */
  beamline: string;
  /** Id of the proposal's team */
  team: string;
  /** Id of the folder of its first day */
  folder: string;
  /** When its access was ended; null: it was not */
  closed: string | null;
  is_new: boolean;
  /** For handing in its scans; shown once, when the beam time is new */
  token?: string;
}

/** Newest first. */
export interface BeamTimeList {
  beam_times: BeamTime[];
}

/** A granted visit. May be sent again: what is new is added, who is no longer named loses access. */
export interface BeamTimeRequest {
  /** The facility's own id of it */
  key: string;
  proposal: string;
  title?: string | null;
  beamline: string;
  /** Name of the user's folder; else the proposal */
  account?: string | null;
  /** RFC 3339 */
  begins: string;
  /** RFC 3339 */
  ends: string;
  people: Visitor[];
}

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

/** It is so now. */
export interface Done {
  done: boolean;
}

/** A folder to be made; the one that is there comes back. */
export interface FolderRequest {
  name: string;
}

/** Who has which role on an object, and why. */
export interface Grant {
  id: string;
  object: string;
  person: string | null;
  team: string | null;
  role: string;
  reason: string;
  given_by: string;
  source: 'auto' | 'claim' | 'manual';
  not_before: string | null;
  expires: string | null;
  ended: string | null;
}

/** Those on the object itself that have not been ended. */
export interface GrantList {
  grants: Grant[];
}

/** A role for a person or a team. */
export interface GrantRequest {
  /** Id */
  person?: string | null;
  /** Id */
  team?: string | null;
  /** reader, annotator, editor or manager */
  role: string;
  reason: string;
  /** RFC 3339 */
  not_before?: string | null;
  /** RFC 3339 */
  expires?: string | null;
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

/** Somebody in a team. */
export interface Member {
  /** Id */
  person: string;
  name: string;
  is_manager: boolean;
  source: 'auto' | 'claim' | 'manual';
  expires: string | null;
}

/** Everybody in a team. */
export interface MemberList {
  members: Member[];
}

/** Somebody to be taken into a team. */
export interface MemberRequest {
  /** Id */
  person: string;
  is_manager?: boolean | null;
  /** RFC 3339 */
  expires?: string | null;
}

/** A folder, dataset, team, beamline or the facility. */
export interface Object {
  id: string;
  kind: 'facility' | 'beamline' | 'folder' | 'dataset' | 'team';
  name: string;
  /** Grows with every change; an edit names it */
  version: number;
  /** Id of what it lies in, if that may be seen */
  parent: string | null;
  /** Id; null: that of what it lies in */
  owner_team: string | null;
  is_public: boolean;
  is_restricted: boolean;
  is_sealed: boolean;
  is_on_hold: boolean;
  deleted: string | null;
  embargo_until: string | null;
  /** What you may do with it now */
  allowed: string[];
}

/** What is to change; the rest stays. */
export interface ObjectEdit {
  /** The one that the edit was made from */
  version: number;
  name?: string | null;
  /** Id of what it shall lie in */
  parent?: string | null;
  is_public?: boolean | null;
  is_restricted?: boolean | null;
  is_sealed?: boolean | null;
  is_on_hold?: boolean | null;
  /** true: into its time of grace; false: restored */
  is_deleted?: boolean | null;
  /** RFC 3339; empty: none */
  embargo_until?: string | null;
}

/** Objects that you may see and that lie in nothing that you may see. */
export interface ObjectList {
  objects: Object[];
}

/** An object with what lies in it, as far as you may see it. */
export interface ObjectPage {
  object: Object;
  /** What it lies in, outermost first */
  path: Object[];
  children: Object[];
}

export interface PercentileValue {
  percent: number;
  value: number | null;
}

/** Somebody with an account. */
export interface Person {
  id: string;
  key: string;
  name: string;
  mail: string;
  kind: 'guest' | 'member' | 'admin';
  is_active: boolean;
  is_auditor: boolean;
  version: number;
}

/** What is to change; the rest stays. */
export interface PersonEdit {
  /** The one that the edit was made from */
  version: number;
  name?: string | null;
  kind?: 'guest' | 'member' | 'admin' | null;
  is_active?: boolean | null;
  is_auditor?: boolean | null;
}

/** By key. */
export interface PersonList {
  people: Person[];
}

/** Somebody with an account; who is there already comes back. */
export interface PersonRequest {
  /** Her stable name elsewhere */
  key: string;
  name: string;
  mail?: string | null;
  kind?: 'guest' | 'member' | 'admin' | null;
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

/** What a token lets through. */
export interface Token {
  id: string;
  name: string;
  /** Id; null: of a program */
  person: string | null;
  scopes: string[];
  bound: string | null;
  expires: string;
  last_used: string | null;
  /** The token itself; shown once */
  token?: string;
}

/** Newest first, without those that were revoked. */
export interface TokenList {
  tokens: Token[];
}

/** A token that lets through no more than the one that this is asked with. */
export interface TokenRequest {
  /** For people */
  name: string;
  /** dataset:read, dataset:write, ingest, sheet, admin */
  scopes: string[];
  /** Id of the object that it is for, with all below it */
  bound?: string | null;
  /** RFC 3339, at most a year ahead */
  expires: string;
  /** Of a program of the facility instead of your own; admins only */
  for_program?: boolean | null;
}

/** Somebody who takes part; with a key or a mail address. */
export interface Visitor {
  /** Her stable name at the facility */
  key?: string | null;
  name: string;
  mail?: string | null;
  /** member if not said; leader and local_contact manage the team */
  role?: 'leader' | 'member' | 'local_contact' | null;
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

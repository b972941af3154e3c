// SPDX-License-Identifier: Apache-2.0
// Colour maps by name. The tables come when one is first chosen.

export const colourMapNames = ['grey', 'viridis', 'cividis', 'magma', 'inferno', 'plasma'] as const;
export type ColourMapName = (typeof colourMapNames)[number];

export function isColourMapName(text: unknown): text is ColourMapName {
  return colourMapNames.some((name) => name === text);
}

/** 256 colours, red, green, blue a byte each, from dark to bright. */
export type ColourTable = Uint8Array<ArrayBuffer>;

export function tableOfHex(hex: string): ColourTable {
  const table = new Uint8Array(hex.length / 2);
  for (let i = 0; i < table.length; i += 1) table[i] = Number.parseInt(hex.slice(i * 2, i * 2 + 2), 16);
  return table;
}

/** Null for grey, which needs no table. */
export async function loadColourTable(name: ColourMapName): Promise<ColourTable | null> {
  if (name === 'grey') return null;
  const { colourTables } = await import('./colour_tables');
  return tableOfHex(colourTables[name]);
}

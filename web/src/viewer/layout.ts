// SPDX-License-Identifier: Apache-2.0
// How the panels share the page.

/** planes: three aligned planes. four: and the 3-D view. large: xy large, the others beside it. row: side by side. */
export const layouts = ['planes', 'four', 'large', 'row'] as const;
export type Layout = (typeof layouts)[number];

export function isLayout(text: unknown): text is Layout {
  return layouts.some((layout) => layout === text);
}

export function nextLayout(layout: Layout): Layout {
  return layouts[(layouts.indexOf(layout) + 1) % layouts.length] ?? 'planes';
}

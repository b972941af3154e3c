// SPDX-License-Identifier: Apache-2.0
// Buttons of one picture, for rows of a list and for tools. The label says what they do.

import type { ComponentChildren } from 'preact';

export function IconButton(props: {
  label: string;
  title?: string;
  pressed?: boolean;
  press: () => void;
  children: ComponentChildren;
}) {
  return (
    <button
      type="button"
      class="button quiet icon"
      aria-label={props.label}
      aria-pressed={props.pressed}
      title={props.title ?? props.label}
      onClick={props.press}
    >
      <svg viewBox="0 0 16 16" width="15" height="15" aria-hidden="true">
        {props.children}
      </svg>
    </button>
  );
}

export function DeleteButton(props: { label: string; press: () => void }) {
  return (
    <IconButton label={props.label} press={props.press}>
      <path d="M3 4.5h10M6.5 4V2.5h3V4M4.5 4.5l.6 9h5.8l.6-9M6.8 7v4M9.2 7v4" />
    </IconButton>
  );
}

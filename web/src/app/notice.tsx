// SPDX-License-Identifier: Apache-2.0
import type { ComponentChildren } from 'preact';

/** A state of the whole page in plain words: what is so, and what to do about it. */
export function Notice(props: { title: string; alert?: boolean; children: ComponentChildren }) {
  return (
    <section class="notice" role={props.alert ? 'alert' : undefined}>
      <h2>{props.title}</h2>
      {props.children}
    </section>
  );
}

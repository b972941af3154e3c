// SPDX-License-Identifier: Apache-2.0
import type { ComponentChildren } from 'preact';
import { navigate } from './route';

/** An ordinary link that changes the page without loading it anew; new tabs and copying keep working. */
export function Link(props: { to: string; class?: string; label?: string; children: ComponentChildren }) {
  const follow = (event: MouseEvent) => {
    if (event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    navigate(props.to);
  };
  return (
    <a href={props.to} class={props.class} aria-label={props.label} onClick={follow}>
      {props.children}
    </a>
  );
}

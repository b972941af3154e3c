// SPDX-License-Identifier: Apache-2.0
import { useRef } from 'preact/hooks';

/** A name that can be changed in place: Enter or leaving the field takes it, Escape or an empty one does not. */
export function NameField(props: { name: string; label: string; rename: (name: string) => void }) {
  const given = useRef(false);
  const finish = (field: HTMLInputElement) => {
    const name = field.value.trim();
    if (!given.current && name && name !== props.name) props.rename(name);
    field.value = name && !given.current ? name : props.name;
    given.current = false;
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const field = event.currentTarget as HTMLInputElement;
    if (event.key === 'Escape') given.current = true;
    if (event.key === 'Escape' || event.key === 'Enter') field.blur();
  };
  return (
    <input
      type="text"
      class="name-field"
      maxLength={80}
      value={props.name}
      aria-label={props.label}
      onKeyDown={onKeyDown}
      onBlur={(event) => finish(event.currentTarget as HTMLInputElement)}
    />
  );
}

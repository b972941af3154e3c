// SPDX-License-Identifier: Apache-2.0
import { useSignal } from '@preact/signals';

/** Copies a text and says so in place, without changing its own width. */
export function CopyButton(props: { label: string; text: () => string; title?: string }) {
  const said = useSignal<string | null>(null);
  const copy = async () => {
    said.value = (await copyText(props.text())) ? 'Copied' : 'Not allowed';
    setTimeout(() => {
      said.value = null;
    }, 1800);
  };
  return (
    <button type="button" class="button quiet copy" title={props.title} onClick={copy}>
      <span class={said.value ? 'behind' : ''}>{props.label}</span>
      <span class="said" role="status">
        {said.value}
      </span>
    </button>
  );
}

/** The clipboard interface exists only on https and localhost; inside an institute plain http is common. */
async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const field = document.createElement('textarea');
    field.value = text;
    field.className = 'visually-hidden';
    document.body.append(field);
    field.select();
    const copied = document.execCommand('copy');
    field.remove();
    return copied;
  }
}

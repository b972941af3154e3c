// SPDX-License-Identifier: Apache-2.0
import { useEffect, useRef } from 'preact/hooks';
import { keyCommands } from '../viewer/keyboard';
import { pageCommands } from './page_keys';
import type { ViewerSession } from './viewer_session';
import './help.css';

const mouse = [
  ['Drag', 'Move the picture; a mark or its handles when it begins there'],
  ['Middle button, Shift + drag', 'Move the picture, whatever tool is chosen'],
  ['Click', 'Place the cursor, or a point of a measurement'],
  ['Wheel', 'Go through the slices (with Shift by 10)'],
  ['Ctrl + wheel, pinch', 'Zoom at the pointer'],
] as const;

const space = [
  ['Drag, arrows', 'Turn the volume (with Shift and an arrow by 15°)'],
  ['Shift + drag, two fingers', 'Slide it'],
  ['Wheel, pinch, + / −', 'Nearer or farther'],
  ['0', 'Look as at first'],
] as const;

export function HelpDialog({ session }: { session: ViewerSession }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const open = session.helpOpen.value;
  useEffect(() => {
    if (open && !dialog.current?.open) dialog.current?.showModal();
    if (!open && dialog.current?.open) dialog.current.close();
  }, [open]);
  const close = () => {
    session.helpOpen.value = false;
  };
  return (
    <dialog ref={dialog} class="help" aria-labelledby="help-title" onClose={close}>
      <header>
        <h2 id="help-title">Keyboard and mouse</h2>
        <button type="button" class="button" onClick={close}>
          Close
        </button>
      </header>
      <div class="help-columns">
        <section>
          <h3>In a panel</h3>
          <KeyList panel={true} />
          <h3>Mouse and touch</h3>
          <dl>
            {mouse.map(([gesture, says]) => (
              <div key={gesture}>
                <dt>{gesture}</dt>
                <dd>{says}</dd>
              </div>
            ))}
          </dl>
          <h3>In the 3-D panel</h3>
          <dl>
            {space.map(([gesture, says]) => (
              <div key={gesture}>
                <dt>{gesture}</dt>
                <dd>{says}</dd>
              </div>
            ))}
          </dl>
        </section>
        <section>
          <h3>Anywhere</h3>
          <KeyList panel={false} />
          <dl>
            {pageCommands.map((command) => (
              <div key={command.key}>
                <dt>
                  <kbd>{command.shown}</kbd>
                </dt>
                <dd>{command.says}</dd>
              </div>
            ))}
          </dl>
          <h3>Badges</h3>
          <dl>
            <div>
              <dt>
                <span class="badge preview">Preview</span>
              </dt>
              <dd>A quick, slightly lossy picture; with quality Low it stays</dd>
            </div>
            <div>
              <dt>
                <span class="badge exact">Exact</span>
              </dt>
              <dd>Every pixel shows exact voxels; values are always exact</dd>
            </div>
          </dl>
        </section>
      </div>
    </dialog>
  );
}

function KeyList(props: { panel: boolean }) {
  return (
    <dl>
      {keyCommands
        .filter((command) => command.panel === props.panel)
        .map((command) => (
          <div key={command.shown}>
            <dt>
              <kbd>{command.shown}</kbd>
            </dt>
            <dd>{command.says}</dd>
          </div>
        ))}
    </dl>
  );
}

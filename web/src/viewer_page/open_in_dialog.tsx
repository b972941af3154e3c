// SPDX-License-Identifier: Apache-2.0
// The same data in other programs: a link to follow, or lines to copy.

import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { napariCommands, neuroglancerLink, neuroglancerObstacle, pythonSnippet } from '../open_in/open_in';
import { CopyButton } from './copy_button';
import { type ViewerSession, zarrAddress } from './viewer_session';
import './open_in.css';

export function OpenInDialog({ session }: { session: ViewerSession }) {
  const { viewer, dataset } = session;
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  const view = session.view.value;
  const zarr = zarrAddress(dataset);
  const selected = view.marks.find(({ id }) => id === view.selected);
  const box = selected?.kind === 'box' ? selected : null;
  const python = pythonSnippet(zarr, view, viewer.geometry, box);
  const napari = napariCommands(zarr);
  const obstacle = neuroglancerObstacle(location.origin);
  return (
    <dialog
      ref={dialog}
      class="open-in"
      aria-labelledby="open-in-title"
      onClose={() => {
        session.openInOpen.value = false;
      }}
    >
      <header>
        <h2 id="open-in-title">Open in another program</h2>
        <button type="button" class="button" onClick={() => dialog.current?.close()}>
          Close
        </button>
      </header>
      <Program
        name="Neuroglancer"
        says="In the browser, at the same place with the same contrast. The data goes from this server to your browser."
        action={
          <a
            class="button"
            href={neuroglancerLink(zarr, dataset.name, view, viewer.geometry)}
            target="_blank"
            rel="noopener noreferrer"
          >
            Open Neuroglancer
          </a>
        }
      >
        {obstacle && <p class="problem">{obstacle}</p>}
      </Program>
      <Program
        name="napari"
        says="On this computer."
        action={<CopyButton label="Copy" title="Copy the commands for napari" text={() => napari} />}
      >
        <pre>{napari}</pre>
      </Program>
      <Program
        name="Python"
        says={box ? `Reads the box ${box.name}.` : 'Reads the xy slice in view; select a box to read that.'}
        action={<CopyButton label="Copy" title="Copy the Python lines" text={() => python} />}
      >
        <pre>{python}</pre>
      </Program>
      <Program
        name="OME-Zarr"
        says="The address of the image, for any program that reads OME-Zarr over HTTP."
        action={<CopyButton label="Copy Zarr link" text={() => zarr} />}
      >
        <pre>{zarr}</pre>
      </Program>
    </dialog>
  );
}

function Program(props: {
  name: string;
  says: string;
  action: ComponentChildren;
  children?: ComponentChildren;
}) {
  return (
    <section aria-label={props.name}>
      <div class="program-head">
        <h3>{props.name}</h3>
        <p class="muted">{props.says}</p>
        {props.action}
      </div>
      {props.children}
    </section>
  );
}

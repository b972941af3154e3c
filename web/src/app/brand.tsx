// SPDX-License-Identifier: Apache-2.0
import { Link } from './link';

/** The mark: a beam that meets a specimen. */
export function Brand() {
  return (
    <Link to="/" class="brand" label="Beamport, all datasets">
      <svg viewBox="0 0 28 24" width="28" height="24" aria-hidden="true">
        <path d="M1 12h8" class="brand-beam" />
        <circle cx="18" cy="12" r="8.5" class="brand-ring" />
        <path d="M18 3.5v17M10.4 8.3h15.2M10.4 15.7h15.2" class="brand-slices" />
      </svg>
      <span>Beamport</span>
    </Link>
  );
}

// SPDX-License-Identifier: Apache-2.0
// Text that this browser keeps. Browsers may forbid it or be full; then what is kept lasts as long as the page.

export interface TextStore {
  read(key: string): string | null;
  /** False when the browser did not keep it. */
  write(key: string, text: string): boolean;
}

export const localStore: TextStore = {
  read: (key) => {
    try {
      return localStorage.getItem(key);
    } catch {
      return null;
    }
  },
  write: (key, text) => {
    try {
      localStorage.setItem(key, text);
      return true;
    } catch {
      return false;
    }
  },
};

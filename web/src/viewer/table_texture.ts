// SPDX-License-Identifier: Apache-2.0
// A colour map on the GPU. Sent again only when another one is chosen.

import type { ColourTable } from './colour_map';

/** Bound also when no map is chosen: a sampler without a whole texture is an error on some drivers. */
const blackToWhite: ColourTable = Uint8Array.from({ length: 256 * 3 }, (_, i) => Math.floor(i / 3));

export class TableTexture {
  private readonly texture: WebGLTexture;
  private held: ColourTable | null = null;

  constructor(private readonly gl: WebGL2RenderingContext) {
    this.texture = gl.createTexture();
  }

  /** Binds to the active texture unit. */
  bind(table: ColourTable | null): void {
    const { gl } = this;
    const wanted = table ?? this.held ?? blackToWhite;
    gl.bindTexture(gl.TEXTURE_2D, this.texture);
    if (wanted === this.held) return;
    gl.pixelStorei(gl.UNPACK_ALIGNMENT, 1);
    gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGB8, 256, 1, 0, gl.RGB, gl.UNSIGNED_BYTE, wanted);
    for (const name of [gl.TEXTURE_MIN_FILTER, gl.TEXTURE_MAG_FILTER]) {
      gl.texParameteri(gl.TEXTURE_2D, name, gl.NEAREST);
    }
    for (const name of [gl.TEXTURE_WRAP_S, gl.TEXTURE_WRAP_T]) {
      gl.texParameteri(gl.TEXTURE_2D, name, gl.CLAMP_TO_EDGE);
    }
    this.held = wanted;
  }
}

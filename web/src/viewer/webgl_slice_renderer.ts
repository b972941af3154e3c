// SPDX-License-Identifier: Apache-2.0
// WebGL 2 renderer for one panel. Every panel has its own canvas and context: the panels share no tile (each plane has
// its own), the page lays them out and focuses them as ordinary elements, and a lost context costs one panel only.
// Contrast lives in uniforms, so changing it neither fetches nor uploads anything.

import { ByteBudgetCache } from './byte_budget_cache';
import { type GlProgram, makeProgram, WebglUnavailable } from './gl_program';
import type { DrawnTile, SliceFrame, SliceRenderer } from './slice_renderer';
import { fragmentShader, vertexShader } from './slice_shaders';
import { TableTexture } from './table_texture';
import { type TileTexture, uploadTile } from './tile_texture';

type Gl = WebGL2RenderingContext;
type Sampler = TileTexture['sampler'];

const uniformNames = [
  'u_tile',
  'u_rect',
  'u_canvas',
  'u_texels',
  'u_value',
  'u_window',
  'u_gamma',
  'u_inverted',
  'u_coloured',
  'u_table',
  'u_smooth',
] as const;

type Program = GlProgram<(typeof uniformNames)[number]>;

interface Resources {
  readonly programs: Record<Sampler, Program>;
  readonly textures: ByteBudgetCache<TileTexture>;
  readonly colours: TableTexture;
}

const textureBudgetBytes = 128e6;
/** The panel's ground, also around the volume. */
const ground = [0.035, 0.045, 0.053] as const;

export class WebglSliceRenderer implements SliceRenderer {
  private readonly gl: Gl;
  private resources: Resources | null;

  constructor(
    private readonly canvas: HTMLCanvasElement,
    private readonly restored: () => void,
  ) {
    const gl = canvas.getContext('webgl2', { alpha: false, antialias: false, depth: false, stencil: false });
    if (!gl) throw new WebglUnavailable('WebGL 2 is not available in this browser.');
    this.gl = gl;
    this.resources = makeResources(gl);
    canvas.addEventListener('webglcontextlost', this.onLost);
    canvas.addEventListener('webglcontextrestored', this.onRestored);
  }

  draw(frame: SliceFrame): boolean {
    const { gl, resources } = this;
    if (!resources || gl.isContextLost()) return false;
    if (this.canvas.width !== frame.widthPx) this.canvas.width = frame.widthPx;
    if (this.canvas.height !== frame.heightPx) this.canvas.height = frame.heightPx;
    gl.viewport(0, 0, frame.widthPx, frame.heightPx);
    gl.clearColor(...ground, 1);
    gl.clear(gl.COLOR_BUFFER_BIT);
    gl.activeTexture(gl.TEXTURE1);
    resources.colours.bind(frame.tone.table);
    gl.activeTexture(gl.TEXTURE0);
    for (const tile of frame.tiles) this.drawTile(resources, frame, tile);
    return true;
  }

  dispose(): void {
    this.canvas.removeEventListener('webglcontextlost', this.onLost);
    this.canvas.removeEventListener('webglcontextrestored', this.onRestored);
    this.resources?.textures.clear();
    this.resources = null;
  }

  private drawTile(resources: Resources, frame: SliceFrame, tile: DrawnTile): void {
    const { gl } = this;
    let texture = resources.textures.get(tile.key);
    if (!texture) {
      texture = uploadTile(gl, tile.data);
      resources.textures.set(tile.key, texture, texture.bytes);
    }
    const { program, uniforms } = resources.programs[texture.sampler];
    const { window, gamma, inverted, table } = frame.tone;
    gl.useProgram(program);
    gl.bindTexture(gl.TEXTURE_2D, texture.texture);
    gl.uniform4f(uniforms.u_rect, tile.rect.left, tile.rect.top, tile.rect.right, tile.rect.bottom);
    gl.uniform2f(uniforms.u_canvas, frame.widthPx, frame.heightPx);
    gl.uniform2f(uniforms.u_texels, tile.texels.width, tile.texels.height);
    gl.uniform2f(uniforms.u_value, texture.scale, texture.offset);
    gl.uniform1i(uniforms.u_tile, 0);
    gl.uniform1i(uniforms.u_table, 1);
    gl.uniform2f(uniforms.u_window, window.low, 1 / (window.high - window.low));
    gl.uniform1f(uniforms.u_gamma, gamma);
    gl.uniform1i(uniforms.u_inverted, inverted ? 1 : 0);
    gl.uniform1i(uniforms.u_coloured, table ? 1 : 0);
    gl.uniform1i(uniforms.u_smooth, tile.smooth ? 1 : 0);
    gl.drawArrays(gl.TRIANGLE_STRIP, 0, 4);
  }

  private readonly onLost = (event: Event): void => {
    event.preventDefault();
    this.resources = null;
  };

  private readonly onRestored = (): void => {
    this.resources = makeResources(this.gl);
    this.restored();
  };
}

function makeResources(gl: Gl): Resources {
  return {
    programs: {
      sampler2D: makeProgram(gl, vertexShader, fragmentShader('sampler2D'), uniformNames),
      usampler2D: makeProgram(gl, vertexShader, fragmentShader('usampler2D'), uniformNames),
    },
    textures: new ByteBudgetCache<TileTexture>(textureBudgetBytes, ({ texture }) =>
      gl.deleteTexture(texture),
    ),
    colours: new TableTexture(gl),
  };
}

// SPDX-License-Identifier: Apache-2.0
// WebGL 2 ray caster for one level of a volume. It draws into two pictures of its own: a small one while things move, and
// one of full size that is made band by band so that the page stays responsive also where the processor draws. Whatever is
// ready is copied to the canvas.

import { type GlProgram, makeProgram, WebglUnavailable } from '../viewer/gl_program';
import { TableTexture } from '../viewer/table_texture';
import type { Tone } from '../viewer/tone';
import type { Vec3 } from '../viewer/vec3';
import type { Camera } from './orbit_camera';
import type { SpaceMode } from './space_view';
import { rayFragmentShader, rayVertexShader } from './volume_shaders';
import type { TexelBox, VolumeTexels } from './volume_texels';

type Gl = WebGL2RenderingContext;

export interface SpaceScene {
  readonly camera: Camera;
  readonly mode: SpaceMode;
  readonly slices: boolean;
  readonly tone: Tone;
  readonly density: number;
  /** Sides of the volume in the scene. */
  readonly extent: Vec3;
  /** The cursor, 0..1 along each axis. */
  readonly cut: Vec3;
  /** Texels between samples: 1, or more while moving. */
  readonly stride: number;
}

const uniformNames = [
  'u_volume',
  'u_blocks',
  'u_table',
  'u_eye',
  'u_right',
  'u_down',
  'u_forward',
  'u_half',
  'u_extent',
  'u_shape',
  'u_blocks_shape',
  'u_window',
  'u_gamma',
  'u_inverted',
  'u_coloured',
  'u_mode',
  'u_slices',
  'u_cut',
  'u_stride',
  'u_density',
  'u_ground',
] as const;

const ground = [0.035, 0.045, 0.053] as const;
const modeNumbers: Readonly<Record<SpaceMode, number>> = { maximum: 0, volume: 1, slices: 2 };

interface Picture {
  readonly frame: WebGLFramebuffer;
  readonly texture: WebGLTexture;
  width: number;
  height: number;
}

interface Resources {
  readonly program: GlProgram<(typeof uniformNames)[number]>;
  readonly volume: WebGLTexture;
  readonly blocks: WebGLTexture;
  readonly colours: TableTexture;
  readonly draft: Picture;
  readonly fine: Picture;
}

export class VolumeRenderer {
  private readonly gl: Gl;
  private resources: Resources | null = null;
  private texels: VolumeTexels | null = null;

  /** Throws WebglUnavailable. */
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

  get ready(): boolean {
    return this.resources !== null && this.texels !== null && !this.gl.isContextLost();
  }

  /** Takes a level, whole or still empty. */
  show(texels: VolumeTexels): void {
    this.texels = texels;
    const { resources, gl } = this;
    if (!resources || gl.isContextLost()) return;
    // A texture of fixed storage cannot change its size: a new one for every level.
    const volume = remake(gl, resources.volume);
    const blocks = remake(gl, resources.blocks);
    this.resources = { ...resources, volume, blocks };
    const { shape, blockShape, isBytes } = texels;
    bind3d(gl, volume, gl.LINEAR);
    gl.texStorage3D(gl.TEXTURE_3D, 1, isBytes ? gl.R8 : gl.R16F, shape.x, shape.y, shape.z);
    bind3d(gl, blocks, gl.NEAREST);
    gl.texStorage3D(gl.TEXTURE_3D, 1, isBytes ? gl.RG8 : gl.RG16F, blockShape.x, blockShape.y, blockShape.z);
    this.upload({ x: 0, y: 0, z: 0, width: shape.x, height: shape.y, depth: shape.z });
  }

  /** Sends a part of the level anew. */
  upload(box: TexelBox): void {
    const { resources, texels, gl } = this;
    if (!resources || !texels || gl.isContextLost()) return;
    const { shape, blockShape, isBytes } = texels;
    const type = isBytes ? gl.UNSIGNED_BYTE : gl.HALF_FLOAT;
    gl.pixelStorei(gl.UNPACK_ALIGNMENT, 1);
    gl.bindTexture(gl.TEXTURE_3D, resources.volume);
    gl.pixelStorei(gl.UNPACK_ROW_LENGTH, shape.x);
    gl.pixelStorei(gl.UNPACK_IMAGE_HEIGHT, shape.y);
    gl.pixelStorei(gl.UNPACK_SKIP_PIXELS, box.x);
    gl.pixelStorei(gl.UNPACK_SKIP_ROWS, box.y);
    gl.pixelStorei(gl.UNPACK_SKIP_IMAGES, box.z);
    const { x, y, z, width, height, depth } = box;
    gl.texSubImage3D(gl.TEXTURE_3D, 0, x, y, z, width, height, depth, gl.RED, type, texels.texels);
    for (const name of [gl.UNPACK_ROW_LENGTH, gl.UNPACK_IMAGE_HEIGHT]) gl.pixelStorei(name, 0);
    for (const name of [gl.UNPACK_SKIP_PIXELS, gl.UNPACK_SKIP_ROWS, gl.UNPACK_SKIP_IMAGES]) {
      gl.pixelStorei(name, 0);
    }
    gl.bindTexture(gl.TEXTURE_3D, resources.blocks);
    const { x: bx, y: by, z: bz } = blockShape;
    gl.texSubImage3D(gl.TEXTURE_3D, 0, 0, 0, 0, bx, by, bz, gl.RG, type, texels.blocks);
  }

  /** The whole scene, small, onto the canvas at once. Returns the milliseconds it took. */
  drawDraft(scene: SpaceScene, widthPx: number, heightPx: number): number {
    const { resources } = this;
    if (!resources) return 0;
    const begin = performance.now();
    sizePicture(this.gl, resources.draft, widthPx, heightPx);
    this.cast(resources, resources.draft, scene, 0, heightPx);
    this.copy(resources.draft);
    this.finish();
    return performance.now() - begin;
  }

  /** Rows [from, to) of the picture of full size. Returns the milliseconds it took. */
  drawBand(scene: SpaceScene, from: number, to: number): number {
    const { resources, canvas } = this;
    if (!resources) return 0;
    const begin = performance.now();
    sizePicture(this.gl, resources.fine, canvas.width, canvas.height);
    this.cast(resources, resources.fine, scene, from, to);
    this.finish();
    return performance.now() - begin;
  }

  showFine(): void {
    if (this.resources) this.copy(this.resources.fine);
  }

  dispose(): void {
    this.canvas.removeEventListener('webglcontextlost', this.onLost);
    this.canvas.removeEventListener('webglcontextrestored', this.onRestored);
    this.resources = null;
    this.texels = null;
    // Gives the memory of the volume back now, not when the page happens to be cleaned up.
    this.gl.getExtension('WEBGL_lose_context')?.loseContext();
  }

  private cast(resources: Resources, picture: Picture, scene: SpaceScene, from: number, to: number): void {
    const { gl, texels } = this;
    if (!texels || to <= from) return;
    gl.bindFramebuffer(gl.FRAMEBUFFER, picture.frame);
    gl.viewport(0, 0, picture.width, picture.height);
    gl.enable(gl.SCISSOR_TEST);
    gl.scissor(0, from, picture.width, to - from);
    gl.useProgram(resources.program.program);
    this.bindTextures(resources, scene.tone);
    this.setUniforms(resources.program.uniforms, scene, texels);
    gl.drawArrays(gl.TRIANGLE_STRIP, 0, 4);
    gl.disable(gl.SCISSOR_TEST);
  }

  private bindTextures(resources: Resources, tone: Tone): void {
    const { gl } = this;
    gl.activeTexture(gl.TEXTURE2);
    resources.colours.bind(tone.table);
    gl.activeTexture(gl.TEXTURE1);
    gl.bindTexture(gl.TEXTURE_3D, resources.blocks);
    gl.activeTexture(gl.TEXTURE0);
    gl.bindTexture(gl.TEXTURE_3D, resources.volume);
  }

  private setUniforms(
    at: GlProgram<(typeof uniformNames)[number]>['uniforms'],
    scene: SpaceScene,
    { shape, blockShape, range }: VolumeTexels,
  ): void {
    const { gl } = this;
    const { camera, tone, extent, cut } = scene;
    const vec3 = (place: WebGLUniformLocation | null, { x, y, z }: Vec3) => gl.uniform3f(place, x, y, z);
    gl.uniform1i(at.u_volume, 0);
    gl.uniform1i(at.u_blocks, 1);
    gl.uniform1i(at.u_table, 2);
    vec3(at.u_eye, camera.position);
    vec3(at.u_right, camera.right);
    vec3(at.u_down, camera.down);
    vec3(at.u_forward, camera.forward);
    gl.uniform2f(at.u_half, camera.halfWidth, camera.halfHeight);
    vec3(at.u_extent, extent);
    vec3(at.u_shape, shape);
    vec3(at.u_blocks_shape, blockShape);
    const width = range.high - range.low;
    const { low, high } = tone.window;
    gl.uniform2f(at.u_window, (low - range.low) / width, width / (high - low));
    gl.uniform1f(at.u_gamma, tone.gamma);
    gl.uniform1i(at.u_inverted, tone.inverted ? 1 : 0);
    gl.uniform1i(at.u_coloured, tone.table ? 1 : 0);
    gl.uniform1i(at.u_mode, modeNumbers[scene.mode]);
    gl.uniform1i(at.u_slices, scene.slices || scene.mode === 'slices' ? 1 : 0);
    vec3(at.u_cut, cut);
    gl.uniform1f(at.u_stride, scene.stride);
    gl.uniform1f(at.u_density, scene.density);
    gl.uniform3f(at.u_ground, ...ground);
  }

  private copy(picture: Picture): void {
    const { gl, canvas } = this;
    gl.bindFramebuffer(gl.READ_FRAMEBUFFER, picture.frame);
    gl.bindFramebuffer(gl.DRAW_FRAMEBUFFER, null);
    const { width, height } = picture;
    gl.blitFramebuffer(
      0,
      0,
      width,
      height,
      0,
      0,
      canvas.width,
      canvas.height,
      gl.COLOR_BUFFER_BIT,
      gl.LINEAR,
    );
    gl.bindFramebuffer(gl.FRAMEBUFFER, null);
  }

  /** Waits for the graphics card, so that times mean something. */
  private finish(): void {
    const { gl, resources } = this;
    if (!resources) return;
    gl.bindFramebuffer(gl.FRAMEBUFFER, resources.draft.frame);
    if (resources.draft.width === 0) return;
    gl.readPixels(0, 0, 1, 1, gl.RGBA, gl.UNSIGNED_BYTE, new Uint8Array(4));
    gl.bindFramebuffer(gl.FRAMEBUFFER, null);
  }

  private readonly onLost = (event: Event): void => {
    event.preventDefault();
    this.resources = null;
  };

  private readonly onRestored = (): void => {
    this.resources = makeResources(this.gl);
    if (this.texels) this.show(this.texels);
    this.restored();
  };
}

function makeResources(gl: Gl): Resources {
  return {
    program: makeProgram(gl, rayVertexShader, rayFragmentShader, uniformNames),
    volume: gl.createTexture(),
    blocks: gl.createTexture(),
    colours: new TableTexture(gl),
    draft: makePicture(gl),
    fine: makePicture(gl),
  };
}

function makePicture(gl: Gl): Picture {
  return { frame: gl.createFramebuffer(), texture: gl.createTexture(), width: 0, height: 0 };
}

function sizePicture(gl: Gl, picture: Picture, width: number, height: number): void {
  if (picture.width === width && picture.height === height) return;
  picture.width = width;
  picture.height = height;
  gl.bindTexture(gl.TEXTURE_2D, picture.texture);
  gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA8, width, height, 0, gl.RGBA, gl.UNSIGNED_BYTE, null);
  for (const name of [gl.TEXTURE_MIN_FILTER, gl.TEXTURE_MAG_FILTER]) {
    gl.texParameteri(gl.TEXTURE_2D, name, gl.LINEAR);
  }
  gl.bindFramebuffer(gl.FRAMEBUFFER, picture.frame);
  gl.framebufferTexture2D(gl.FRAMEBUFFER, gl.COLOR_ATTACHMENT0, gl.TEXTURE_2D, picture.texture, 0);
  gl.bindFramebuffer(gl.FRAMEBUFFER, null);
}

function remake(gl: Gl, old: WebGLTexture): WebGLTexture {
  gl.deleteTexture(old);
  return gl.createTexture();
}

function bind3d(gl: Gl, texture: WebGLTexture, filter: number): void {
  gl.bindTexture(gl.TEXTURE_3D, texture);
  for (const name of [gl.TEXTURE_MIN_FILTER, gl.TEXTURE_MAG_FILTER])
    gl.texParameteri(gl.TEXTURE_3D, name, filter);
  for (const name of [gl.TEXTURE_WRAP_S, gl.TEXTURE_WRAP_T, gl.TEXTURE_WRAP_R]) {
    gl.texParameteri(gl.TEXTURE_3D, name, gl.CLAMP_TO_EDGE);
  }
}

// SPDX-License-Identifier: Apache-2.0
// Compiles a pair of shaders and finds the uniforms by name.

type Gl = WebGL2RenderingContext;

export class WebglUnavailable extends Error {
  override readonly name = 'WebglUnavailable';
}

export interface GlProgram<Name extends string> {
  readonly program: WebGLProgram;
  readonly uniforms: Readonly<Record<Name, WebGLUniformLocation | null>>;
}

/** Throws WebglUnavailable with the driver's words. A context that is lost gives a program that draws nothing. */
export function makeProgram<Name extends string>(
  gl: Gl,
  vertex: string,
  fragment: string,
  names: readonly Name[],
): GlProgram<Name> {
  const program = gl.createProgram();
  for (const [kind, source] of [
    [gl.VERTEX_SHADER, vertex],
    [gl.FRAGMENT_SHADER, fragment],
  ] as const) {
    const shader = gl.createShader(kind);
    if (!shader) throw new WebglUnavailable('The graphics driver refused to make a shader.');
    gl.shaderSource(shader, source);
    gl.compileShader(shader);
    gl.attachShader(program, shader);
    gl.deleteShader(shader);
  }
  gl.linkProgram(program);
  if (!gl.getProgramParameter(program, gl.LINK_STATUS) && !gl.isContextLost()) {
    throw new WebglUnavailable(`The graphics driver refused the shaders: ${gl.getProgramInfoLog(program)}`);
  }
  const uniforms = Object.fromEntries(names.map((name) => [name, gl.getUniformLocation(program, name)]));
  return { program, uniforms: uniforms as GlProgram<Name>['uniforms'] };
}

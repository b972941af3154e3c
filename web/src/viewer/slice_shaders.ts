// SPDX-License-Identifier: Apache-2.0
// One quad per tile. The texel is computed from the pixel, not interpolated, so that huge magnifications stay exact.
// Interpolation is done by hand: integer and 32-bit float textures cannot be filtered everywhere.

export const vertexShader = `#version 300 es
uniform vec4 u_rect;    // left, top, right, bottom in device pixels
uniform vec2 u_canvas;  // width, height in device pixels
void main() {
  vec2 corner = vec2(float(gl_VertexID & 1), float(gl_VertexID >> 1));
  vec2 pixel = mix(u_rect.xy, u_rect.zw, corner);
  gl_Position = vec4(pixel.x / u_canvas.x * 2.0 - 1.0, 1.0 - pixel.y / u_canvas.y * 2.0, 0.0, 1.0);
}`;

export function fragmentShader(sampler: 'sampler2D' | 'usampler2D'): string {
  return `#version 300 es
precision highp float;
precision highp int;
precision highp ${sampler};
uniform ${sampler} u_tile;
uniform vec4 u_rect;
uniform vec2 u_canvas;
uniform vec2 u_texels;  // shown part of the texture
uniform vec2 u_value;   // voxel = texel * x + y
uniform vec2 u_window;  // share = (voxel - x) * y
uniform float u_gamma;
uniform bool u_inverted;
uniform bool u_coloured;
uniform sampler2D u_table;  // 256 x 1
uniform bool u_smooth;
out vec4 colour;

bool is_nan(float value) {
  return (floatBitsToUint(value) & 0x7fffffffu) > 0x7f800000u;
}

float voxel(ivec2 at) {
  ivec2 last = textureSize(u_tile, 0) - 1;
  return float(texelFetch(u_tile, clamp(at, ivec2(0), last), 0).r) * u_value.x + u_value.y;
}

// Voxels that are not a number take no part in the mean.
float blended(vec2 texel) {
  vec2 base = floor(texel - 0.5);
  vec2 part = texel - 0.5 - base;
  float sum = 0.0;
  float weights = 0.0;
  for (int i = 0; i < 4; ++i) {
    ivec2 step = ivec2(i & 1, i >> 1);
    float value = voxel(ivec2(base) + step);
    float weight = (step.x == 1 ? part.x : 1.0 - part.x) * (step.y == 1 ? part.y : 1.0 - part.y);
    if (!is_nan(value)) {
      sum += value * weight;
      weights += weight;
    }
  }
  return weights > 0.0 ? sum / weights : 0.0;
}

void main() {
  vec2 pixel = vec2(gl_FragCoord.x, u_canvas.y - gl_FragCoord.y);
  vec2 texel = (pixel - u_rect.xy) / (u_rect.zw - u_rect.xy) * u_texels;
  float value = voxel(ivec2(floor(texel)));
  if (is_nan(value)) {
    bool stripe = mod(pixel.x + pixel.y, 8.0) < 3.0;
    colour = stripe ? vec4(0.33, 0.24, 0.38, 1.0) : vec4(0.15, 0.11, 0.18, 1.0);
    return;
  }
  if (u_smooth) value = blended(texel);
  float shade = pow(clamp((value - u_window.x) * u_window.y, 0.0, 1.0), u_gamma);
  if (u_inverted) shade = 1.0 - shade;
  colour = u_coloured ? texelFetch(u_table, ivec2(int(shade * 255.0 + 0.5), 0), 0) : vec4(vec3(shade), 1.0);
}`;
}

// SPDX-License-Identifier: Apache-2.0
// One ray per pixel through the texture of a whole level. Rays leap over blocks that cannot change the result. Values
// become shades by the same rule as in the panels (viewer/tone.ts).

export const rayVertexShader = `#version 300 es
out vec2 v_at;  // -1..1 to the right and down
void main() {
  vec2 corner = vec2(float(gl_VertexID & 1), float(gl_VertexID >> 1)) * 2.0 - 1.0;
  v_at = vec2(corner.x, -corner.y);
  gl_Position = vec4(corner, 0.0, 1.0);
}`;

export const rayFragmentShader = `#version 300 es
precision highp float;
precision highp int;
precision highp sampler3D;
uniform sampler3D u_volume;
uniform sampler3D u_blocks;   // smallest, largest
uniform sampler2D u_table;
uniform vec3 u_eye, u_right, u_down, u_forward;
uniform vec2 u_half;          // half the picture at distance 1
uniform vec3 u_extent;        // sides of the volume in the scene
uniform vec3 u_shape;         // texels
uniform vec3 u_blocks_shape;
uniform vec2 u_window;        // share = (texel - x) * y
uniform float u_gamma;
uniform bool u_inverted;
uniform bool u_coloured;
uniform int u_mode;           // 0 maximum, 1 volume, 2 slices
uniform bool u_slices;
uniform vec3 u_cut;           // the cursor in texture coordinates
uniform float u_stride;       // texels between samples
uniform float u_density;
uniform vec3 u_ground;
in vec2 v_at;
out vec4 colour;

const float block_edge = 8.0;

float shade(float texel) {
  float share = pow(clamp((texel - u_window.x) * u_window.y, 0.0, 1.0), u_gamma);
  return u_inverted ? 1.0 - share : share;
}

vec3 ink(float shaded) {
  return u_coloured ? texelFetch(u_table, ivec2(int(shaded * 255.0 + 0.5), 0), 0).rgb : vec3(shaded);
}

float texel(vec3 at) { return textureLod(u_volume, at, 0.0).r; }

// The brightest that any sample within the block can become.
float promise(ivec3 block) {
  vec2 ends = texelFetch(u_blocks, block, 0).rg;
  return shade(u_inverted ? ends.x : ends.y);
}

// Light from the camera, a little from above: surfaces get a form. Flat fog stays as it is.
float light(vec3 at, float here, vec3 toward) {
  vec3 step = 1.5 / u_shape;
  vec3 slope = vec3(texel(at + vec3(step.x, 0, 0)), texel(at + vec3(0, step.y, 0)), texel(at + vec3(0, 0, step.z))) - here;
  slope *= u_shape * u_extent;
  float steep = length(slope);
  if (steep < 1e-4) return 1.0;
  float facing = abs(dot(slope / steep, normalize(toward)));
  return 0.35 + 0.75 * facing;
}

void main() {
  vec3 ray = normalize(u_forward + v_at.x * u_half.x * u_right + v_at.y * u_half.y * u_down);
  ray = mix(ray, vec3(1e-6), lessThan(abs(ray), vec3(1e-6)));
  vec3 a = (-0.5 * u_extent - u_eye) / ray;
  vec3 b = (0.5 * u_extent - u_eye) / ray;
  vec3 near3 = min(a, b), far3 = max(a, b);
  float near = max(max(max(near3.x, near3.y), near3.z), 0.0);
  float far = min(min(far3.x, far3.y), far3.z);
  colour = vec4(u_ground, 1.0);
  if (far <= near) return;

  // The nearest of the three planes ends the ray.
  bool cut = false;
  vec3 plane_colour = vec3(0.0);
  float plane_shade = 0.0;
  if (u_slices) {
    vec3 t = ((u_cut - 0.5) * u_extent - u_eye) / ray;
    for (int axis = 0; axis < 3; ++axis) {
      if (t[axis] > near && t[axis] < far) { far = t[axis]; cut = true; }
    }
    if (cut) {
      plane_shade = shade(texel((u_eye + ray * far) / u_extent + 0.5));
      plane_colour = ink(plane_shade);
    }
  }
  if (u_mode == 2) {
    if (cut) colour = vec4(plane_colour, 1.0);
    return;
  }

  vec3 from = u_eye / u_extent + 0.5;       // texture coordinates along the ray: from + t * way
  vec3 way = ray / u_extent;
  vec3 speed = abs(way * u_shape);          // texels per unit of t
  float pace = u_stride / max(max(speed.x, speed.y), speed.z);
  vec3 to_block = u_shape / block_edge;
  float best = 0.0;
  vec3 sum = vec3(0.0);
  float clear = 1.0;
  float t = near + pace * 0.5;
  for (int i = 0; i < 4096; ++i) {
    if (t >= far) break;
    vec3 at = from + t * way;
    vec3 place = at * to_block;
    ivec3 block = clamp(ivec3(floor(place)), ivec3(0), ivec3(u_blocks_shape) - 1);
    float most = promise(block);
    bool skip = u_mode == 0 ? most <= best : most < 0.004;
    if (skip) {
      // To where the ray leaves the block, in whole paces so that samples stay where they would be without leaps.
      vec3 edge = (vec3(block) + vec3(greaterThan(way, vec3(0.0)))) / to_block;
      vec3 leave = (edge - from) / way;
      float out_at = min(min(leave.x, leave.y), leave.z);
      t += max(ceil((out_at - t) / pace), 1.0) * pace;
      continue;
    }
    float value = texel(at);
    float shaded = shade(value);
    if (u_mode == 0) {
      best = max(best, shaded);
      if (best >= 1.0) break;
    } else {
      // Opacity per texel of way grows with the square of the shade: the haze stays thin, the bright parts stand out.
      float alpha = 1.0 - exp(-u_density * shaded * shaded * u_stride * 0.35);
      if (alpha > 0.002) {
        sum += clear * alpha * ink(shaded) * light(at, value, ray);
        clear *= 1.0 - alpha;
        if (clear < 0.01) break;
      }
    }
    t += pace;
  }
  if (u_mode == 0) {
    float top = cut ? max(best, plane_shade) : best;
    colour = vec4(ink(top), 1.0);
  } else {
    colour = vec4(sum + clear * (cut ? plane_colour : u_ground), 1.0);
  }
}`;

// SPDX-License-Identifier: Apache-2.0
// Writes src/api/generated.ts from the server's OpenAPI description; with --check it only says whether the file is up
// to date. Own and small, because openapi-typescript 7 needs the JavaScript interface of TypeScript 5, which
// TypeScript 7 no longer has. Knows what the server's schemas use and stops at anything else.
//
//   node scripts/generate_api_types.mjs [--check] [path/to/openapi.json]
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const known = new Set([
  ...[
    '$ref',
    'type',
    'enum',
    'const',
    'oneOf',
    'anyOf',
    'items',
    'prefixItems',
    'minItems',
    'maxItems',
    'properties',
    'required',
  ],
  ...['additionalProperties', 'description', 'format', 'minimum', 'maximum', 'exclusiveMinimum', 'pattern'],
  ...['minLength', 'maxLength', 'title', 'examples', 'default'],
]);

export function generate(openapi) {
  const schemas = openapi.components?.schemas ?? {};
  const names = Object.keys(schemas).sort();
  const parts = [
    '// SPDX-License-Identifier: Apache-2.0',
    `// Made by "npm run api" from openapi/openapi.json. Do not edit.`,
  ];
  for (const name of names) parts.push(`${comment(schemas[name], '')}${declaration(name, schemas[name])}`);
  return `${parts.join('\n\n').replace('\n\n//', '\n//')}\n`;
}

function declaration(name, schema) {
  const body = typeOf(schema, '', name);
  return body.startsWith('{') ? `export interface ${name} ${body}` : `export type ${name} = ${body};`;
}

function comment(schema, indent) {
  const unit = schema['x-unit'] ? ` (${schema['x-unit']})` : '';
  const text = `${schema.description ?? ''}${unit}`.trim().replaceAll('*/', '* /');
  return text ? `${indent}/** ${text} */\n` : '';
}

function typeOf(schema, indent, where) {
  if (schema === true) return 'unknown';
  for (const key of Object.keys(schema)) {
    if (!known.has(key) && !key.startsWith('x-'))
      throw new Error(`${where}: the generator does not know "${key}"`);
  }
  if (schema.$ref) return schema.$ref.split('/').at(-1);
  if ('const' in schema) return quoted(schema.const);
  if (schema.enum) return schema.enum.map(quoted).join(' | ');
  const choices = schema.oneOf ?? schema.anyOf;
  if (choices) return choices.map((choice) => typeOf(choice, indent, where)).join(' | ');
  const types = [schema.type].flat();
  return types.map((type) => simpleType(type, schema, indent, where)).join(' | ');
}

function simpleType(type, schema, indent, where) {
  if (type === 'integer' || type === 'number') return 'number';
  if (type === 'string' || type === 'boolean' || type === 'null') return type;
  if (type === 'array') return arrayType(schema, indent, where);
  if (type === 'object') return objectType(schema, indent, where);
  throw new Error(`${where}: the generator does not know the type ${JSON.stringify(type)}`);
}

function arrayType(schema, indent, where) {
  if (schema.prefixItems) {
    if (schema.items !== false)
      throw new Error(`${where}: the generator knows tuples of a fixed length only`);
    return `[${schema.prefixItems.map((entry) => typeOf(entry, indent, `${where}[]`)).join(', ')}]`;
  }
  const item = typeOf(schema.items ?? true, indent, `${where}[]`);
  return item.includes('|') ? `(${item})[]` : `${item}[]`;
}

function objectType(schema, indent, where) {
  const required = new Set(schema.required ?? []);
  const inner = `${indent}  `;
  const lines = Object.entries(schema.properties ?? {}).map(([name, property]) => {
    const key = /^[A-Za-z_$][\w$]*$/.test(name) ? name : JSON.stringify(name);
    const mark = required.has(name) ? '' : '?';
    return `${comment(property, inner)}${inner}${key}${mark}: ${typeOf(property, inner, `${where}.${name}`)};`;
  });
  if (lines.length === 0) return 'Record<string, unknown>';
  return `{\n${lines.join('\n')}\n${indent}}`;
}

function quoted(value) {
  return typeof value === 'string' ? `'${value.replaceAll("'", "\\'")}'` : JSON.stringify(value);
}

function main(options) {
  const check = options.includes('--check');
  const given = options.find((option) => !option.startsWith('--'));
  const source = given ?? fileURLToPath(new URL('../../openapi/openapi.json', import.meta.url));
  const target = fileURLToPath(new URL('../src/api/generated.ts', import.meta.url));
  const text = generate(JSON.parse(readFileSync(source, 'utf8')));
  const current = existsSync(target) ? readFileSync(target, 'utf8') : '';
  if (!check) {
    writeFileSync(target, text);
    console.log(`wrote ${target}`);
  } else if (text !== current) {
    console.error('src/api/generated.ts does not match openapi/openapi.json. Run: npm run api');
    process.exit(1);
  }
}

main(process.argv.slice(2));

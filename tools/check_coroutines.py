#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Coroutine rules that compilers get wrong or let pass and clang-tidy misses (see CONTRIBUTING.md, "Coroutines").

  module      coroutines live in src/beamport/net and src/beamport/api only
  lambda      no coroutine that is a lambda with captures: the captures die with the lambda, not with the coroutine
  temporary   no lambda with captures and no braced initialiser inside a co_await expression (g++ 12 destroys it twice)
  binding     no `auto [a, b] = co_await` (GCC 15 miscompiles it)
  catch       no co_await inside a catch block (not allowed by the language for resumption; keep the error, leave, await)
  parameter   parameters of coroutines by value: a reference may outlive what it refers to

A line ending in `// coroutine: <rule> because <reason>` is exempt from that rule. Prints file:line: rule: message.
"""

import re
import sys
from dataclasses import dataclass
from pathlib import Path

import source_tree

HOMES = {"net", "api"}
_AWAIT = re.compile(r"\b(?:co_(?:await|return|yield)|BEAMPORT_CO_[A-Z]+)\b")
_DEFINE = re.compile(r"^[ \t]*#[ \t]*define\b(?:[^\n]*\\\n)*[^\n]*", re.M)
_EXEMPT = re.compile(r"//\s*coroutine: (\w+) because \S")
_RETURNS_TASK = re.compile(r"\b(?:awaitable|Task|Awaitable)\s*<")
_OPEN, _CLOSE = "([{", ")]}"


@dataclass(frozen=True)
class Lambda:
    start: int  # of the introducer
    captures: str
    body: tuple[int, int]  # without the braces
    parameters: str


def closing(text: str, start: int) -> int:
    """Offset of the bracket that closes the one at start, or the end of the text."""
    depth = 0
    for i in range(start, len(text)):
        if text[i] in _OPEN:
            depth += 1
        elif text[i] in _CLOSE:
            depth -= 1
            if depth == 0:
                return i
    return len(text)


def after_angles(text: str, start: int) -> int:
    """Offset after the `>` that closes the `<` at start."""
    depth = 0
    for i in range(start, len(text)):
        if text[i] == "<":
            depth += 1
        elif text[i] == ">" and text[i - 1] != "-":
            depth -= 1
            if depth == 0:
                return i + 1
        elif text[i] in ";{":
            break
    return len(text)


def skip_space(text: str, i: int) -> int:
    while i < len(text) and text[i].isspace():
        i += 1
    return i


def find_lambdas(text: str) -> list[Lambda]:
    found = []
    for match in re.finditer(r"\[", text):
        start = match.start()
        before = text[:start].rstrip()
        if text.startswith("[[", start) or before.endswith("[") or before.endswith("operator"):
            continue
        # After a name, `)` or `]` it is a subscript, unless the name is a keyword that starts an expression.
        if before and (before[-1].isalnum() or before[-1] in "_)]"):
            word = re.search(r"\w*$", before).group()
            if word not in ("return", "co_return", "co_await", "co_yield", "case", "throw"):
                continue
        end = closing(text, start)
        i = skip_space(text, end + 1)
        if i < len(text) and text[i] == "<":
            i = skip_space(text, after_angles(text, i))
        parameters = ""
        if i < len(text) and text[i] == "(":
            close = closing(text, i)
            parameters = text[i + 1 : close]
            i = close + 1
        brace = re.compile(r"[^;{}()\[\]]*(?:\([^()]*\)[^;{}()\[\]]*)*").match(text, i).end()
        if brace < len(text) and text[brace] == "{" and not re.match(r"\s*[=,]", text[i:brace]):
            found.append(Lambda(start, text[start + 1 : end].strip(), (brace + 1, closing(text, brace)), parameters))
    return found


def operand_end(text: str, start: int) -> int:
    """Where the expression that begins at start ends: `;`, a comma at its level, or a bracket it did not open."""
    i = start
    while i < len(text):
        if text[i] in _OPEN:
            i = closing(text, i)
        elif text[i] in _CLOSE or text[i] in ";,":
            return i
        i += 1
    return i


def inside(offset: int, lambdas: list[Lambda]) -> Lambda | None:
    """The innermost lambda whose body holds the offset."""
    holding = [item for item in lambdas if item.body[0] <= offset < item.body[1]]
    return max(holding, key=lambda item: item.body[0], default=None)


def check_operand(text: str, start: int, lambdas: list[Lambda]):
    """Lambdas with captures and braced initialisers in the expression at start; bodies of lambdas do not count."""
    end = operand_end(text, start)
    i = start
    while i < end:
        nested = next((item for item in lambdas if item.start == i), None)
        if nested:
            if nested.captures:
                yield i, "temporary", "a lambda with captures inside a co_await expression; give it a name first"
            i = nested.body[1] + 1
            continue
        if text[i] == "{":
            yield i, "temporary", "a braced initialiser inside a co_await expression; give the value a name first"
            i = closing(text, i)
        i += 1


def check_parameters(text: str):
    for match in _RETURNS_TASK.finditer(text):
        i = after_angles(text, match.end() - 1)
        name = re.compile(r"\s*(?:\w+(?:<[^;(){}]*>)?::)*[A-Za-z_]\w*\s*\(").match(text, i)
        if name:
            opening = name.end() - 1
            yield from references_in(text, opening + 1, closing(text, opening))


def references_in(text: str, start: int, end: int):
    hit = re.compile(r"&").search(text, start, end)
    if hit:
        yield hit.start(), "parameter", "a coroutine takes a parameter by reference; take it by value"


def breaches(text: str):
    """(offset, rule, message) for each breach in text without comments and literals."""
    lambdas = find_lambdas(text)
    for match in _AWAIT.finditer(text):
        owner = inside(match.start(), lambdas)
        if owner and owner.captures:
            yield owner.start, "lambda", "a coroutine lambda with captures; make it a function and pass the values"
        if owner and "&" in owner.parameters:
            yield owner.start, "parameter", "a coroutine takes a parameter by reference; take it by value"
        if match.group() not in ("co_return", "co_yield"):
            yield from check_operand(text, match.end(), lambdas)
    for match in re.finditer(r"\bauto\s*(?:&&|&)?\s*\[[^\]]*\]\s*=\s*co_await\b", text):
        yield match.start(), "binding", "a structured binding of a co_await result; name the result first"
    for match in re.finditer(r"\bcatch\s*\([^)]*\)\s*\{", text):
        end = closing(text, match.end() - 1)
        hit = re.compile(r"\bco_(?:await|yield)\b").search(text, match.end(), end)
        if hit:
            yield hit.start(), "catch", "co_await inside a catch block; remember the error and await after it"
    yield from check_parameters(text)


def check_text(path: str, original: str) -> list[str]:
    text = source_tree.blank_comments_and_literals(original)
    # A macro's definition is no coroutine yet; its use counts.
    text = _DEFINE.sub(lambda match: re.sub(r"[^\n]", " ", match.group()), text)
    parts = Path(path).parts
    module = parts[2] if parts[:2] == ("src", "beamport") else parts[0]
    found = set(breaches(text))
    if module not in HOMES:
        found |= {(m.start(), "module", f"a coroutine in {module}; they live in net and api only") for m in _AWAIT.finditer(text)}
    lines = original.splitlines()
    problems = []
    for offset, rule, message in sorted(found):
        line = source_tree.line_of(text, offset)
        exempt = _EXEMPT.search(lines[line - 1])
        if not (exempt and exempt.group(1) == rule):
            problems.append(f"{path}:{line}: {rule}: {message}")
    return problems


def main() -> int:
    problems = []
    for path in source_tree.files():
        if path.suffix in (".h", ".cc") and path.parts[0] in ("src", "apps", "bench"):
            problems += check_text(path.as_posix(), (source_tree.ROOT / path).read_text())
    for problem in problems:
        print(problem)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())

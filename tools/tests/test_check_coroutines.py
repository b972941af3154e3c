# SPDX-License-Identifier: Apache-2.0
"""Each rule catches what it names and lets the recommended form pass."""

import check_coroutines
import pytest


def rules(text: str, path: str = "src/beamport/net/session.cc") -> list[str]:
    return [line.split(": ")[1] for line in check_coroutines.check_text(path, text)]


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        ("lambda", "auto f = [this]() -> awaitable<void> { co_return; };"),
        ("lambda", "spawn(io, [=, n = 3] mutable { co_await work(n); }());"),
        ("lambda", "auto f = [&x]<class T>(T t) noexcept -> awaitable<void> { if (t) { co_return; } };"),
        ("temporary", "void f() { co_await on(pool, [data] { return data.size(); }); }"),
        ("temporary", "void f() { auto n = co_await send(socket, Message{1, 2}); }"),
        ("temporary", "void f() { co_await send(socket, {1, 2}); }"),
        ("temporary", "void f() { co_await (send(Message{}) || timeout(t)); }"),
        ("binding", "void f() { auto [error, n] = co_await read(socket); }"),
        ("binding", "void f() { auto&& [error, n] = co_await read(socket); }"),
        ("catch", "void f() { try { g(); } catch (const std::exception& e) { if (x) { co_await close(); } } }"),
        ("parameter", "awaitable<void> serve(const std::string& name);"),
        ("parameter", "net::awaitable<Result<std::vector<int>>> Session::read(Socket&& socket) { co_return 1; }"),
        ("parameter", "auto f = [](Session& s) -> awaitable<void> { co_await s.run(); };"),
    ],
)
def test_breach_is_found(rule, text):
    assert rules(text) == [rule]


@pytest.mark.parametrize(
    "text",
    [
        "void f() { auto work = [data] { return data.size(); }; co_await on(pool, work); }",
        "void f() { Message message{1, 2}; auto n = co_await send(socket, std::move(message)); }",
        "void f() { if (co_await ready()) { Point p{1, 2}; } }",
        "void f() { co_await on(pool, [] { return Point{1, 2}; }); }",
        "void f() { auto result = co_await read(socket); auto [error, n] = result; }",
        "void f() { std::exception_ptr e; try { co_await g(); } catch (...) { e = std::current_exception(); } co_await close(); }",
        "awaitable<void> serve(std::string name, std::shared_ptr<Session> session);",
        "auto f = [](std::shared_ptr<Session> s) -> awaitable<void> { co_await s->run(); };",
        "void f() { table[index] = co_await read(socket); }",
        "// co_await f([x] { });\nconst char* text = \"co_await g({1})\";",
        "void f() { auto done = [x] { return x; }; co_return done(); }",
        "int many = 1'000'000; void f() { co_await read(socket); } char c = '{';",
    ],
)
def test_recommended_form_passes(text):
    assert rules(text) == []


def test_coroutines_stay_in_their_modules():
    assert rules("void f() { co_return; }", "src/beamport/zarr/array.cc") == ["module"]
    assert rules("void f() { co_return; }", "src/beamport/api/routes.cc") == []


def test_a_macro_counts_where_it_is_used():
    definition = "#define BEAMPORT_CO_TRY(x) \\\n  if (!(x)) co_return 1\n"
    assert rules(definition, "src/beamport/base/result.h") == []
    assert rules("void f() { BEAMPORT_CO_TRY(g()); }", "src/beamport/zarr/array.cc") == ["module"]
    assert rules("void f() { BEAMPORT_CO_TRY(co_await g([x] { })); }") == ["temporary"]


def test_a_written_reason_exempts_one_rule_on_one_line():
    text = "awaitable<void> run(Socket& s);{}\nawaitable<void> stop(Socket& s);"
    assert rules(text.format("  // coroutine: parameter because the listener outlives it")) == ["parameter"]
    assert rules(text.format("  // coroutine: parameter")) == ["parameter", "parameter"]


def test_reports_file_and_line():
    found = check_coroutines.check_text("src/beamport/net/a.cc", "\n\nvoid f() { auto [a, b] = co_await g(); }")
    assert found[0].startswith("src/beamport/net/a.cc:3: binding: ")

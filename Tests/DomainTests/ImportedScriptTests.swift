// Scripts that others wrote, read piece by piece, and the few statements of theirs that are run with rights.

import Testing

@testable import DataSources

@Suite("Scripts that are imported")
struct ImportedScriptTests {
  /// What a script is cut into, with its rows, if it comes in pieces of so many bytes.
  private func items(_ bytes: [UInt8], pieces size: Int) -> (items: [String], largest: Int) {
    var rest = bytes[...]
    let script = ScriptReader {
      defer { rest = rest.dropFirst(size) }
      return Array(rest.prefix(size))
    }
    var (found, largest): ([String], Int) = ([], 0)
    do {
      while let item = try script.next() {
        switch item {
        case .command(let text, let line): found.append("\(line): \\\(text)")
        case .statement(let statement):
          found.append("\(statement.line): \(String(decoding: statement.text, as: UTF8.self))")
          guard statement.isCopyIn else { continue }
          var rows: [UInt8] = []
          try script.copyRows {
            rows += $0
            largest = max(largest, $0.count)
          }
          found.append(String(decoding: rows, as: UTF8.self))
        }
      }
    } catch { found.append("\(error)") }
    return (found, largest)
  }

  @Test("it does not matter in which pieces a script comes")
  func pieces() {
    let script = Array(
      """
      -- a comment; with marks ' " $$ /*
      SELECT 1 /* one /* in */ another; */ + 2; SELECT 'it''s; ', E'\\';', $a$ ; $$ $a$; COPY t FROM stdin;
      a\tb
      \\.x
      a long row with \\. in it
      \\.
      \\connect other
      SELECT "a;b" -- at the end
      """.utf8)
    let whole = items(script, pieces: 1 << 20).items
    #expect(whole.count == 6 && whole[3] == "a\tb\n\\.x\na long row with \\. in it\n", "\(whole)")
    for size in 1...40 { #expect(items(script, pieces: size).items == whole, "pieces of \(size) bytes") }
  }

  @Test("rows are given on before their line ends, and comments are not kept")
  func long() {
    let row = [UInt8](repeating: 0x61, count: 5_000_000)
    let script = Array("COPY t FROM stdin;\n".utf8) + row + Array("\n\\.\n".utf8)
    let read = items(script, pieces: 1 << 16)
    #expect(read.items.count == 2 && read.items[1].utf8.count == row.count + 1 && read.largest <= 1 << 17)
    let comment = Array("SELECT 1 /*".utf8) + row + Array("*/ + 2;".utf8)
    #expect(items(comment, pieces: 1 << 16).items == ["1: SELECT 1   + 2;"])
  }

  @Test("whatever comes, a script is read to an end, in any pieces alike")
  func anything() {
    let words = [
      "COPY t FROM stdin;", "\n", "\\.", "\\.\n", "'", "\"", "$$", "$a$", "--", "/*", "*/", ";", "E'", "\\",
      "(", ")", "BEGIN ATOMIC",
      "END", "CREATE FUNCTION f", "\r\n", "\u{0}", "é", "x", " ", "\\connect a",
      "-- PostgreSQL database dump\n",
    ]
    var generator = TestGenerator(seed: 15)
    for _ in 0..<3_000 {
      let script = (0..<Int.random(in: 1...30, using: &generator)).flatMap { _ in
        Array((words.randomElement(using: &generator) ?? "").utf8)
      }
      let whole = items(script, pieces: 1 << 20).items
      let size = Int.random(in: 1...7, using: &generator)
      #expect(
        items(script, pieces: size).items == whole,
        "\(String(decoding: script, as: UTF8.self).debugDescription)")
    }
  }

  private struct TestGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return state ^ (state >> 33)
    }
  }

  private func form(_ text: String) -> GrantedForm? {
    GrantedForm(ScriptStatement(text: Array(text.utf8), line: 1, words: []))
  }

  @Test(
    "owners, privileges and extensions are distinguished from all else",
    arguments: [
      ("ALTER TABLE public.t OWNER TO shop;", GrantedForm.owner(role: "shop")),
      ("ALTER TABLE ONLY public.\"a \"\"b\" OWNER TO \"The Role\";", .owner(role: "The Role")),
      ("ALTER FUNCTION public.f(a integer, VARIADIC b numeric[]) OWNER TO shop;", .owner(role: "shop")),
      ("ALTER AGGREGATE public.agg(*) OWNER TO shop;", .owner(role: "shop")),
      ("ALTER OPERATOR public.=== (integer, integer) OWNER TO shop;", .owner(role: "shop")),
      ("ALTER OPERATOR CLASS public.c USING btree OWNER TO shop;", .owner(role: "shop")),
      ("ALTER LARGE OBJECT 1234 OWNER TO shop;", .owner(role: "shop")),
      ("GRANT SELECT(a,b),UPDATE(b) ON TABLE public.t TO reader WITH GRANT OPTION;", .privilege),
      ("REVOKE ALL ON SCHEMA public FROM PUBLIC;", .privilege),
      ("GRANT ALL ON FUNCTION public.f(integer, text[]) TO reader;", .privilege),
      (
        "ALTER DEFAULT PRIVILEGES FOR ROLE shop IN SCHEMA s GRANT SELECT ON TABLES TO reader;",
        .defaultPrivilege(role: "shop")
      ),
      ("SET SESSION AUTHORIZATION 'o''neil';", .session(role: "o'neil")),
      ("RESET SESSION AUTHORIZATION;", .session(role: nil)),
      ("CREATE EXTENSION IF NOT EXISTS hstore WITH SCHEMA public;", .newExtension("hstore")),
      ("COMMENT ON EXTENSION hstore IS 'a; text';", .extensionComment),
    ])
  func granted(text: String, expected: GrantedForm) { #expect(form(text) == expected) }

  @Test(
    "what has more in it, or is another thing, is left to the role without rights",
    arguments: [
      "ALTER TABLE t ADD COLUMN x int DEFAULT f(), OWNER TO shop;",
      "ALTER TABLE t OWNER TO shop; SELECT f();",
      "ALTER TABLE t OWNER TO shop /* x */;", "ALTER TABLE t ALTER a TYPE text USING f(a), OWNER TO shop;",
      "ALTER FUNCTION f(a int DEFAULT 'x') OWNER TO shop;", "ALTER FUNCTION f() SECURITY DEFINER;",
      "ALTER ROLE shop SUPERUSER;", "ALTER DATABASE d OWNER TO shop;", "ALTER TABLESPACE t OWNER TO shop;",
      "GRANT a TO b;",
      "GRANT SET ON PARAMETER work_mem TO b;", "GRANT CREATE ON TABLESPACE t TO b;",
      "GRANT ALL ON DATABASE d TO b;",
      "CREATE EXTENSION hstore CASCADE;", "CREATE EXTENSION hstore; SELECT 1", "SET ROLE postgres;",
      "SET SESSION AUTHORIZATION E'x';",
      "COMMENT ON EXTENSION a IS E'x';", "ALTER TABLE $$t$$ OWNER TO shop;", "ALTER TABLE \"t OWNER TO shop;",
      "ALTER EXTENSION hstore UPDATE;", "REASSIGN OWNED BY a TO b;",
    ])
  func others(text: String) { #expect(form(text) == nil) }
}

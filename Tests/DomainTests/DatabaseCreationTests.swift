// How a database like the recorded one is made, by the server's version; and which client programs fit which.

import Testing

@testable import DataSources
@testable import Postgres

@Suite("Servers by version")
struct DatabaseCreationTests {
  private func properties(_ provider: String, _ locale: String?, rules: String? = nil) -> DatabaseProperties {
    DatabaseProperties(
      name: "a", oid: "1", owner: "o", encoding: "UTF8", collate: "C", characterType: "C.UTF-8",
      localeProvider: provider, icuLocale: locale, icuRules: rules, tablespace: "pg_default",
      connectionLimit: -1,
      comment: nil, grants: nil, settings: [])
  }

  private let start =
    "CREATE DATABASE \"b\" TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C.UTF-8'"

  @Test("the provider of locales is named wherever there is one to choose")
  func providers() {
    #expect(properties("libc", nil).creation(as: "b", serverMajor: 12, Tablespaces([])) == start)
    #expect(properties("libc", nil).creation(as: "b", serverMajor: 14, Tablespaces([])) == start)
    #expect(
      properties("libc", nil).creation(as: "b", serverMajor: 15, Tablespaces([])) == start
        + " LOCALE_PROVIDER libc")
    #expect(
      properties("icu", "de-u-co-phonebk").creation(as: "b", serverMajor: 15, Tablespaces([]))
        == start + " LOCALE_PROVIDER icu ICU_LOCALE 'de-u-co-phonebk'")
    #expect(
      properties("icu", "und", rules: "&V << w").creation(as: "b", serverMajor: 16, Tablespaces([]))
        == start + " LOCALE_PROVIDER icu ICU_LOCALE 'und' ICU_RULES '&V << w'")
    #expect(
      properties("builtin", "C.UTF-8").creation(as: "b", serverMajor: 17, Tablespaces([]))
        == start + " LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C.UTF-8'")
  }

  @Test("client programs fit a server of their version or an older one, but not across 17")
  func clientPrograms() {
    let fitting = [(12, 12), (15, 12), (16, 12), (16, 16), (17, 17), (18, 17), (18, 18)]
    for (major, server) in fitting {
      #expect(ClientPrograms.fit(major, serverMajor: server), "\(major) \(server)")
    }
    for (major, server) in [(11, 12), (17, 16), (18, 12), (17, 18)] {
      #expect(!ClientPrograms.fit(major, serverMajor: server), "\(major) \(server)")
    }
  }

  @Test("lists of names in settings are taken apart as the server puts them together")
  func lists() {
    let lists: [(String, [String])] = [
      ("", []), ("\"\"", [""]), ("a, b", ["a", "b"]), (" a ,b ", ["a", "b"]),
      ("\"$user\", \"a, \"\"b\", c", ["$user", "a, \"b", "c"]), ("\"\u{301}\"", ["\u{301}"]),
      ("ä,\"é\"", ["ä", "é"]),
    ]
    for (text, names) in lists {
      #expect(DatabaseProperties.Setting.identifiers(in: text) == names, "\(text)")
    }
  }

  @Test("names are quoted and compared by their bytes")
  func names() {
    #expect("a\"\u{301}b".asIdentifier == "\"a\"\"\u{301}b\"")
    #expect("a'\u{301}b".asLiteral == "'a''\u{301}b'")
    #expect(
      ConnectionParameters(values: ["dbname": "a'\u{301}\\\u{301}"]).commandLineString
        == "dbname='a\\'\u{301}\\\\\u{301}'")
    let composed = TableName(schema: "s", name: "\u{e9}")
    let decomposed = TableName(schema: "s", name: "e\u{301}")
    #expect(composed != decomposed && Set([composed, decomposed]).count == 2)
  }
}

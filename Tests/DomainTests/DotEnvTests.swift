// `.env` files as frameworks read them: quotes, escapes, values of several lines, variables in values.

import Testing

@testable import DataSources

@Suite("Values in .env files")
struct DotEnvTests {
  private func value(
    _ text: String, local: String? = nil, environment: [String: String] = [:]
  ) throws -> String? {
    try DotEnv(environment: environment) { path in
      path == ".env" ? Array(text.utf8) : local.map { Array($0.utf8) }
    }.value(of: "U")?.value.get()
  }

  @Test(
    "a line with or without quotes",
    arguments: [
      ("U=x", "x"), ("export U=x", "x"), ("  U = x  ", "x"), ("U=\"a b\"", "a b"), ("U='a # b'", "a # b"),
      ("U=a # note", "a"), ("U=postgresql://h/d?x=1#frag", "postgresql://h/d?x=1#frag"),
      ("U=x\r\nV=y\r\n", "x"), ("V=1\nU=x\nW=2", "x"), ("U=1\nU=2", "2"), ("U=a=b=", "a=b="),
      ("U=\"x\" # note", "x"), ("#U=no\nU=yes", "yes"), ("UU=no\nU=yes", "yes"), ("U=a\t# note", "a"),
      ("export\tU=x", "x"), ("\u{FEFF}U=x\n", "x"), ("V=1\rU=x\r", "x"),
      ("U=\"never closed\nV=1", "never closed"),
      ("V=\"never closed\nU=\"x\"", "x"), ("export=1\nU=x", "x"),
    ])
  func line(text: String, expected: String) throws { #expect(try value(text) == expected) }

  @Test(
    "what they do not say",
    arguments: [
      "", "#U=x", "V=x", "U", "xU=1", "U.V=1", "// U=x", "U=", "U=\"\"", "U= # only a note", "V=\"\nU=x\n\"",
    ])
  func missing(text: String) throws { #expect(try value(text) == nil) }

  @Test(
    "in double quotes a backslash means something, and a value may have several lines",
    arguments: [
      (#"U="a\nb\t\"c\" \\ \$V \q""#, "a\nb\t\"c\" \\ $V \\q"), (#"U='a\nb'"#, #"a\nb"#),
      (#"U=a\nb"#, #"a\nb"#),
      ("U=\"one\ntwo # no note\n\" # note\nV=1", "one\ntwo # no note\n"), ("U='one\ntwo'\n", "one\ntwo"),
    ])
  func escapes(text: String, expected: String) throws { #expect(try value(text) == expected) }

  @Test(
    "variables of earlier lines are put in, outside single quotes",
    arguments: [
      ("A=1\nU=x${A}y", "x1y"), ("A=1\nU=\"x${A}y$A\"", "x1y1"), ("A=1\nU='x${A}y'", "x${A}y"),
      ("A=1\nU=x$A-y", "x1-y"), ("U=x${A:-2}", "x2"), ("A=\nU=x${A:-2}", "x2"), ("A=\nU=x${A-2}", "x"),
      ("U=${A:-${B:-3}}", "3"), ("B=4\nU=${A:-$B}", "4"), ("A=1\nU=${A:+yes}${B:+no}", "yes"),
      // A dollar that names nothing is one of a password.
      ("U=pa$word$1$$", "pa$word$1$$"), (#"U=a\${A}"#, "a${A}"), ("U=${}", "${}"), ("U=${A", "${A"),
      ("A=a\nB=${A}b\nA=c\nU=$A$B", "cab"),
    ])
  func variables(text: String, expected: String) throws { #expect(try value(text) == expected) }

  @Test("the environment counts for more than a line, and .env.local for more than .env")
  func precedence() throws {
    #expect(try value("A=1\nU=$A", environment: ["A": "2"]) == "2")
    #expect(try value("A=1\nU=$A", local: "A=3") == "3")
    #expect(try value("A=1\nU=0", local: "U=$A") == "1")
    #expect(try value("A=1\nU=0", local: "A=2\nU=$A", environment: ["A": "3"]) == "3")
    #expect(try value("A=${B:-b}", local: "B=${A:-a}\nU=$B") == "b")
  }

  @Test("what names itself or others in a circle ends, and what grows without bound is refused")
  func bounds() throws {
    #expect(throws: DotEnvProblem.undefined("U")) { try value("U=${U}x") }
    #expect(throws: DotEnvProblem.undefined("V")) { try value("U=${V}\nV=${U}") }
    let doubling = (1...40).map { "A\($0)=$A\($0 - 1)$A\($0 - 1)" }.joined(separator: "\n")
    #expect(throws: DotEnvProblem.self) { try value("A0=0123456789\n\(doubling)\nU=${A40}") }
    let nested = String(repeating: "${A:-", count: 5000) + String(repeating: "}", count: 5000)
    #expect(throws: DotEnvProblem.tooLong) { try value("U=\(nested)") }
    #expect(throws: DotEnvProblem.command) { try value("U=$(cat secret)") }
  }

  @Test("a variable that is not set is named, and its value is not guessed")
  func undefined() {
    #expect(throws: DotEnvProblem.undefined("DB_NAME")) { try value("U=postgresql://h/${DB_NAME}") }
    #expect("\(DotEnvProblem.undefined("DB_NAME"))".contains("${DB_NAME}"))
  }
}

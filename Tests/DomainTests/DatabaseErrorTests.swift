// What is shown of a server's report, in one line; and the hints if no connection comes about.

import Testing

@testable import Postgres

@Suite("Errors of a server")
struct DatabaseErrorTests {
  private func error(
    _ message: String, detail: String? = nil, _ set: (inout DatabaseError.Place) -> Void = { _ in }
  ) -> String {
    var error = DatabaseError(operation: "load rows", message: message, detail: detail)
    set(&error.place)
    return error.description
  }

  @Test("several lines are one")
  func lines() {
    #expect(
      error("one\n\ttwo \n\nthree", detail: "a\nb") == "cannot load rows: one; two; three (a; b)")
    #expect(
      !error("x") { $0.context = "PL/pgSQL function f() line 3 at RAISE\nSQL statement" }.contains("\n"))
  }

  @Test("a row that fails names its table, its line and its column, and not its value")
  func place() {
    #expect(
      error("invalid input syntax for type integer: \"x\"") {
        $0.context = "COPY people, line 5, column id: \"s3cret\""
      }
        == "cannot load rows: invalid input syntax for type integer: \"x\" [people, line 5, column id]")
    #expect(
      error("null value in column \"id\" of relation \"people\" violates not-null constraint") {
        ($0.schema, $0.table, $0.column) = ("public", "people", "id")
        $0.context = "COPY people, line 2: \"s3cret\""
      }.hasSuffix(" [public.people, line 2]"))
    #expect(
      error("the value is refused") {
        ($0.schema, $0.table, $0.constraint) = ("shop", "orders", "orders_check")
      }.hasSuffix(" [shop.orders, constraint orders_check]"))
    #expect(
      error("no") { $0.context = "PL/pgSQL function f() line 3 at RAISE\nmore" }
        .hasSuffix(" [PL/pgSQL function f() line 3 at RAISE]"))
    #expect(error("no") == "cannot load rows: no")
  }

  @Test(
    "whether the server runs is asked only if nothing answered",
    arguments: [
      ("connection to server at \"localhost\" (::1), port 1 failed: Connection refused", true),
      ("connection to server on socket \"/x/.s.PGSQL.1\" failed: No such file or directory", true),
      ("timeout expired", true),
      ("could not translate host name \"db\" to address: Name or service not known", false),
      ("FATAL:  password authentication failed for user \"u\"", false),
      ("FATAL:  role \"u\" does not exist", false),
      ("fe_sendauth: no password supplied", false), ("FATAL:  sorry, too many clients already", false),
      ("FATAL:  the database system is starting up", false),
      ("server does not support SSL, but SSL was required", false),
      ("FATAL:  no pg_hba.conf entry for host \"::1\", user \"u\", database \"d\", no encryption", false),
    ])
  func connecting(message: String, isAsked: Bool) {
    let error = DatabaseError(phase: .connecting, operation: "connect to d", message: message)
    let hints = error.connectFailure?.hints ?? []
    #expect(hints.contains { $0.contains("is the server running") } == isAsked)
    #expect(!hints.isEmpty)
    #expect(DatabaseError(operation: "run “x”", message: message).connectFailure == nil)
  }

  @Test(
    "a missing program is reported in a sentence with one comma after another",
    arguments: [12, 16, 17, 18])
  func programs(major: Int) {
    let problem = ClientPrograms.Problem.missing(program: "pg_dump", neededMajor: major, looked: ["a is 1"])
    #expect(
      "\(problem)".hasPrefix("no pg_dump of version \(major) or newer,") && !"\(problem)".contains(",,"))
  }
}

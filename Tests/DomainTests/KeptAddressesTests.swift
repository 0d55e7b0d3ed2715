// Which files would lead to another database than the present ones.

import Checkpoints
import Postgres
import Testing

@testable import DataSources

@Suite("Where files lead")
struct KeptAddressesTests {
  private func changes(
    _ recorded: String, _ present: String?, path: String = ".env", url: String? = nil, isOthers: Bool = false
  )
    throws -> [String]
  {
    let located = try url.map {
      LocatedDatabase(
        name: "main", parameters: try ConnectionParameters(parsing: $0), origin: .user(way: "test"),
        clientPrefix: [],
        variable: "APP_URL", text: $0)
    }
    return KeptAddresses(environment: [:], located: located.map { [$0] } ?? []).changes(
      in: .init(path), recorded: Array(recorded.utf8), present: present.map { Array($0.utf8) },
      isOthers: isOthers
    ).map { "\($0.variable ?? "-") \($0.recorded)" }
  }

  @Test("an address with another host, port or name leads elsewhere, another user or password does not")
  func addresses() throws {
    let now = "A=postgresql://u:pw@localhost/shop"
    #expect(try changes("A=postgres://v:x@127.0.0.1:5432/shop?sslmode=require", now).isEmpty)
    #expect(try changes("A=postgresql://u@localhost/old", now) == ["A old on localhost"])
    #expect(try changes("A=postgresql://u@localhost:5433/shop", now) == ["A shop on localhost:5433"])
    #expect(try changes("A=postgresql://u@db/shop", now) == ["A shop on db"])
    #expect(try changes("N=old\nA=\"postgresql://u@localhost/${N}\"", now) == ["A old on localhost"])
    #expect(try changes("A=redis://localhost/1", now).isEmpty)
    #expect(try changes(now, "A=redis://localhost/1").isEmpty)
  }

  @Test("so do parts of an address in variables of their own, and not those of other things")
  func parts() throws {
    #expect(
      try changes("DB_NAME=a\nPGHOST=x\nPOSTGRES_PORT=1", "DB_NAME=b\nPGHOST=y\nPOSTGRES_PORT=2").count == 3)
    #expect(
      try changes("REDIS_HOST=x\nNAME=a\nPORT=1\nDB_USER=a", "REDIS_HOST=y\nNAME=b\nPORT=2\nDB_USER=b")
        .isEmpty)
  }

  @Test("a variable that is new there counts against the database that is found in another way")
  func found() throws {
    let url = "postgresql://u@localhost/shop"
    #expect(try changes("DATABASE_URL=postgresql:///old", nil, url: url) == ["DATABASE_URL old on localhost"])
    #expect(try changes("APP_URL=postgresql:///old", "X=1", url: url) == ["APP_URL old on localhost"])
    #expect(try changes("TEST_URL=postgresql:///old", nil, url: url).isEmpty)
    #expect(try changes("DATABASE_URL=postgresql:///old", nil).isEmpty)
    // Another clone's leads away from nothing, too.
    #expect(
      try changes("DATABASE_URL=postgresql:///old", nil, isOthers: true) == ["DATABASE_URL old on localhost"])
    #expect(
      try changes("x = postgresql:///old", nil, path: "conf.ini", isOthers: true) == ["- old on localhost"])
  }

  @Test("in other files the addresses in their text count")
  func texts() throws {
    let file = "config/local.yml"
    #expect(
      try changes("url: \"postgresql://u:s3cret@db/old\"", "url: 'postgresql://u@db/shop'", path: file)
        == ["- old on db"])
    #expect(try changes("url: postgresql://db/shop", "a: 1\nurl: postgresql://db/shop", path: file).isEmpty)
    #expect(try changes("url: postgresql://db/shop", nil, path: file).isEmpty)
  }
}

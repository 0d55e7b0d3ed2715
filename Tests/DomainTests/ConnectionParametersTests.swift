// Database URLs of any common framework, understood; and their passwords, which never show anywhere.

import Testing

@testable import Postgres

@Suite("Connection parameters")
struct ConnectionParametersTests {
  @Test(
    "URLs of frameworks",
    arguments: [
      "postgresql://user@db.example:5433/shop", "postgres://user@db.example:5433/shop",
      "postgresql+psycopg2://user@db.example:5433/shop", "postgresql+asyncpg://user@db.example:5433/shop",
      "postgis://user@db.example:5433/shop", "pgsql://user@db.example:5433/shop",
      "jdbc:postgresql://db.example:5433/shop?user=user", "POSTGRESQL://user@db.example:5433/shop",
      "postgresql://user@db.example:5433/shop?schema=public&connection_limit=5&pgbouncer=true",
      "postgresql://user@db.example:5433/shop?pool=5&timeout=5000&prepared_statements=false",
      "postgresql://db.example/shop?port=5433&user=user", "host=db.example port=5433 dbname=shop user=user",
      "user='user' dbname = shop host='db.example' port=5433",
    ])
  func frameworks(text: String) throws {
    let parameters = try ConnectionParameters(parsing: text)
    #expect(parameters.values["host"] == "db.example")
    #expect(parameters.values["port"] == "5433")
    #expect(parameters.values["user"] == "user")
    #expect(parameters.database == "shop")
  }

  @Test("parameters of libpq are kept, those of frameworks are left out and named")
  func ignored() throws {
    let parameters = try ConnectionParameters(
      parsing:
        "postgresql://h/d?schema=public&sslmode=require&connect_timeout=3&pgbouncer=true&application_name=a%20b"
    )
    #expect(parameters.values["sslmode"] == "require")
    #expect(parameters.values["connect_timeout"] == "3")
    #expect(parameters.values["application_name"] == "a b")
    #expect(parameters.ignored == ["schema", "pgbouncer"])
  }

  @Test("percent escapes, sockets, several hosts and IPv6 addresses")
  func forms() throws {
    #expect(try ConnectionParameters(parsing: "postgresql://u%40x:p%2F%3A@h/d%20b").values["user"] == "u@x")
    #expect(try ConnectionParameters(parsing: "postgresql://u:p%2F%3A%40@h/d").values["password"] == "p/:@")
    #expect(
      try ConnectionParameters(parsing: "postgresql:///d?host=/run/postgresql").values["host"]
        == "/run/postgresql")
    #expect(try ConnectionParameters(parsing: "postgresql://%2Frun%2Fpg/d").values["host"] == "/run/pg")
    #expect(try ConnectionParameters(parsing: "postgresql://[::1]:5432/d").values["host"] == "::1")
    #expect(try ConnectionParameters(parsing: "postgresql://a:1,b:2/d").values["host"] == "a,b")
    #expect(try ConnectionParameters(parsing: "postgresql://").values["dbname"] == nil)
  }

  @Test(
    "other databases are refused by their scheme",
    arguments: ["mysql://u:s3cret@h/d", "sqlite:///x.db", "mongodb+srv://u:s3cret@h"])
  func otherSchemes(text: String) {
    let error = #expect(throws: ConnectionParameters.Problem.self) { try ConnectionParameters(parsing: text) }
    #expect(error?.description.contains("s3cret") == false)
    #expect(error?.description.contains(text.prefix { $0 != ":" }) == true)
  }

  @Test(
    "what cannot be understood is refused, and not repeated",
    arguments: [
      "postgresql://u:s3cret@h/d%zz", "host=h password=s3cret nonsense", "postgresql://u:s3cret@[::1/d",
      "s3cret",
      "host=h password='s3cret", "postgresql://u:s3cret@h/d?sslmode=a=b",
    ])
  func malformed(text: String) {
    let error = #expect(throws: ConnectionParameters.Problem.self) { try ConnectionParameters(parsing: text) }
    #expect(error?.description.contains("s3cret") == false)
  }

  /// Everything of the parameters that may be shown, logged, or be seen in a list of processes.
  private func shown(_ parameters: ConnectionParameters) -> [String] {
    let programs = ClientPrograms(
      dumpCommand: ["pg_dump"], restoreCommand: ["pg_restore"], majorVersion: 15, isRemote: false)
    return [
      parameters.description, parameters.url, parameters.commandLineString,
      parameters.with(database: "x").url,
      "\(parameters.withoutPassword.values)", parameters.ignored.joined(separator: " "),
    ] + programs.reach(parameters).arguments
  }

  @Test(
    "a password is never shown",
    arguments: [
      "postgresql://user:s3cret@host:5432/db", "postgresql://host/db?user=u&password=s3cret",
      "host=h dbname=d password=s3cret sslpassword=s3cret", "jdbc:postgresql://h/d?user=u&password=s3cret",
      "postgresql://user:s3cret@/db?host=/run/pg",
      "postgresql://user:s3cret@h/db?schema=x&sslpassword=s3cret",
    ])
  func passwords(text: String) throws {
    let parameters = try ConnectionParameters(parsing: text)
    #expect(parameters.values["password"] == "s3cret" || parameters.values["sslpassword"] == "s3cret")
    for text in shown(parameters) { #expect(!text.contains("s3cret")) }
    #expect(parameters.withoutPassword.values["password"] == nil)
  }

  @Test(
    "no part of a password shows, even if the URL should have escaped it",
    arguments: [
      "postgresql://user:one?two&three@host/db", "postgresql://user:one#two@host/db",
      "postgresql://user:one?two=three@host/db",
      "host=h dbname=d password=one://two", "password=one://three host=h",
      "postgresql://user:one/two@host/db",
      "postgresql://user:one@two@host/db",
    ])
  func unescapedPasswords(text: String) {
    let shownTexts: [String]
    do { shownTexts = shown(try ConnectionParameters(parsing: text)) } catch { shownTexts = ["\(error)"] }
    let parts = ["one", "two", "three"]
    #expect(shownTexts.filter { text in parts.contains { text.contains($0) } } == [])
  }

  @Test("a keyword string whose password looks like a URL is understood")
  func keywordStringWithURL() throws {
    let parameters = try ConnectionParameters(parsing: "host=h dbname=d password=a://b")
    #expect(parameters.values["password"] == "a://b")
    #expect(parameters.database == "d")
  }

  @Test(
    "the URL without its password leads to the same database",
    arguments: [
      "postgresql://user@host:5432/db", "postgresql:///db?host=/run/pg%20x",
      "postgresql://u%40x@[::1]:5432/d%2Fb%3F",
      "host=h dbname='a b' options='-c x=\"y\"'",
      "postgresql://host/db?sslmode=verify-full&sslrootcert=/a%26b",
      "dbname=only", "user=ü dbname=ñ", "service=prod", "postgresql://a:1,b:2/db",
      "hostaddr=10.0.0.1 dbname=d",
    ])
  func urlRoundTrip(text: String) throws {
    let parameters = try ConnectionParameters(parsing: text)
    #expect(try ConnectionParameters(parsing: parameters.url).values == parameters.values)
  }

  @Test(
    "the string for command lines survives quotes, backslashes and blanks",
    arguments: ["plain", "a b", "it's", "back\\slash", "\\'", "", "a=b", "ü"])
  func commandLineString(value: String) throws {
    let parameters = ConnectionParameters(values: ["host": "h", "dbname": value, "password": "s3cret"])
    let read = try ConnectionParameters(parsing: parameters.commandLineString)
    #expect(read.values["dbname"] ?? "" == value)
    #expect(read.values["host"] == "h")
    #expect(read.values["password"] == nil)
  }

  @Test("a program gets the password by its environment, and on the server's machine neither host nor port")
  func reaching() throws {
    let parameters = try ConnectionParameters(parsing: "postgresql://u:s3cret@h:5433/d")
    var programs = ClientPrograms(
      dumpCommand: ["pg_dump"], restoreCommand: ["pg_restore"], majorVersion: 15, isRemote: false)
    #expect(programs.reach(parameters).environment == ["PGPASSWORD": "s3cret"])
    #expect(programs.reach(parameters).arguments == ["--dbname=dbname='d' host='h' port='5433' user='u'"])
    programs.isRemote = true
    #expect(programs.reach(parameters).arguments == ["--dbname=dbname='d' user='u'"])
  }

  @Test("the description says where the database is")
  func description() throws {
    #expect(try ConnectionParameters(parsing: "postgresql://u@h:5433/d").description == "d on h:5433")
    #expect(ConnectionParameters().description == "(default database)")
  }

  @Test("identifiers and literals are quoted")
  func quoting() {
    #expect("na\"me".asIdentifier == "\"na\"\"me\"")
    #expect("te'x\\t".asLiteral == "'te''x\\t'")
  }
}

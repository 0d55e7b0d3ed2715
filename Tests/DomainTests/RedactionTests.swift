// What process lists print holds secrets in many shapes; none of them may be stored, and what is not one should stay
// readable.

import Testing

@testable import Checkpoints

@Suite("Redaction")
struct RedactionTests {
  @Test(
    "secrets go, whatever contains them",
    arguments: [
      "DB_PASSWORD=hunter2", "  export API_KEY=hunter2 hunter2", "password: hunter2",
      "\"password\": \"hunter2\", \"a\": 1",
      "x MYSQL_PWD=hunter2 y", "db=postgres://shop:hunter2@db:5432/shop", "redis://:hunter2@cache",
      "postgresql://shop:hun/ter2@hunter2@db/shop", "https://hunter2@github.com/x.git",
      "https://a:hunter2@host/path?x=y", "mongodb://a:b,hunter2@h1,h2/db", "run --password hunter2",
      "run --db-password=hunter2 --port 1", "--token 'hunter2 hunter2'", "Authorization: Bearer hunter2",
      "host=db password=hunter2 user=x", "postgres://db/shop?user=a&password=hunter2",
      "secretKey: \"hunter2\"",
      "{\"password\":\"hunter2\"}", "{\"a\":{\"credentials\":{\"x\":[\"hunter2\"]}}}",
      "[{\"name\":\"DB_PASSWORD\",\"value\":\"hunter2\"}]", "{\"Env\":[\"DB_PASSWORD=hunter2\"]}",
      "{\"args\":[\"--password\",\"hunter2\"]}", "{\"url\":\"mysql://a:hunter2@h/d\"}",
      "{\"pin\":1234,\"pass\":\"hunter2\"}",
      "banner\n{\"token\":\"hunter2\"}\n{\"token\":\"hunter2\"}",
      "{\"text\":\"{\\\"password\\\":\\\"hunter2\\\"}\"}",
      "x {\\\"password\\\":\\\"hunter2\\\"}", "cut {\"a\":\"b\",\"SECRET_KEY\":\"hunter2\",\"c",
      "password = 'hun\\'hunter2'",
      "-----BEGIN RSA PRIVATE KEY-----\nhunter2\n-----END RSA PRIVATE KEY-----\nafter",
      "key -----BEGIN PRIVATE KEY-----\nhunter2", "using ghp_hunter2hunter2hunter2",
      "eyJhbGciOiJIhunter2hunter2.x.y",
      "{\"k\":\"-----BEGIN PRIVATE KEY-----\\nhunter2\\n-----END PRIVATE KEY-----\"}",
      "[\"x\",{\"sessionCookie\":\"hunter2\"}]",
      "SENTRY_DSN=https://hunter2@sentry.io/1", "user auth => 'hunter2'", "DB_PASS: hunter2",
      "env['PASSWORD'] = 'hunter2'",
    ])
  func secrets(text: String) {
    let redacted = Redaction.redacted(text)
    #expect(!redacted.contains("hunter2") && redacted.contains("[redacted]"), "\(redacted)")
  }

  @Test(
    "what is no secret stays as it is",
    arguments: [
      "web  running  0.0.0.0:3000->3000/tcp  Up 3 hours", "NAME: web", "postgresql://shop@db/shop",
      "12:30:00 started",
      "http://localhost:3000/users/a@b", "{\"name\":\"web\",\"pid\":12,\"up\":true}", "", "\n\na\n",
      "a=1 b=2",
    ])
  func harmless(text: String) { #expect(Redaction.redacted(text) == text) }

  @Test("a known secret goes, whatever mark follows it")
  func known() {
    #expect(
      Redaction.redacted("pin sesame\u{301} sesame\r\n", masking: ["sesame"])
        == "pin [redacted]\u{301} [redacted]\r\n")
  }

  @Test("two secrets that differ only in how a letter is written both go, and each in either way")
  func twins() {
    for secrets in [["caf\u{E9}1", "cafe\u{301}1"], ["caf\u{E9}1"]] {
      #expect(
        Redaction.redacted("x caf\u{E9}1 y cafe\u{301}1", masking: secrets) == "x [redacted] y [redacted]")
    }
  }

  @Test("lines that end as Windows ends them are read one by one, too")
  func windowsLines() {
    let text = Redaction.redacted("start\r\n{\"token\":\"hunter2\"}\r\n{\"a\":1}\r\n")
    #expect(!text.contains("hunter2") && text.contains("{\"token\":\"[redacted]\"}"), "\(text)")
  }

  @Test("around a secret everything can be read")
  func around() {
    #expect(
      Redaction.redacted("web postgres://shop:x@db:5432/shop up")
        == "web postgres://shop:[redacted]@db:5432/shop up")
    #expect(
      Redaction.redacted("{\"b\":[1,2.5,null],\"a\":\"x\",\"token\":\"y\",\"auth\":true}")
        == "{\"a\":\"x\",\"auth\":true,\"b\":[1,2.5,null],\"token\":\"[redacted]\"}")
    #expect(Redaction.redacted("run --token abc --port 80") == "run --token [redacted] --port 80")
  }
}

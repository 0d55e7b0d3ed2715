// What the server notes with columns for itself.

import Testing

@testable import DataSources

@Suite("Columns' versions")
struct ColumnVersionTests {
  @Test(
    "they are left out of a recorded description",
    arguments: [
      ("1 integer storage p options pg_attver=15155960", "1 integer storage p"),
      ("1 integer storage p options pg_attver=1 foreign ab", "1 integer storage p foreign ab"),
      ("2 text options n_distinct=3,pg_attver=22158952", "2 text options n_distinct=3"),
      (
        "2 text options pg_attver=22158952,n_distinct=3 privileges x",
        "2 text options n_distinct=3 privileges x"
      ),
      ("1 text default  options  options pg_attver=1", "1 text default  options "),
    ])
  func removed(recorded: String, expected: String) {
    var description = recorded
    #expect(ColumnVersion.remove(from: &description))
    #expect(description == expected)
  }

  @Test(
    "everything else stays",
    arguments: [
      "1 integer storage p", "2 text options n_distinct=3", "2 text default 'pg_attver=1'::text",
      "1 text options",
    ])
  func kept(description: String) {
    var found = description
    #expect(!ColumnVersion.remove(from: &found))
    #expect(found == description)
  }
}

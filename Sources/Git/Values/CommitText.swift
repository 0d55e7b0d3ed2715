// Reads a commit or a tag from its bytes. Git accepts commits that libgit2 does not parse: authors without an address, or
// impossible dates, as in old imports. None of that must keep a commit from being recorded and checked out.

struct CommitText {
  /// A commit's tree, or a tag's target.
  let target: ObjectID?
  private let message: ArraySlice<UInt8>

  init(_ bytes: [UInt8]) {
    var target: ObjectID?
    var rest = bytes[...]
    while let end = rest.firstIndex(of: 0x0A) {
      let line = rest[..<end]
      rest = rest[(end + 1)...]
      if line.isEmpty { break }
      guard let blank = line.firstIndex(of: 0x20) else { continue }
      let value = line[(blank + 1)...]
      if target == nil, ["tree", "object"].contains(where: { line[..<blank].elementsEqual($0.utf8) }) {
        target = ObjectID(String(decoding: value, as: UTF8.self))
      }
    }
    self.target = target
    message = rest
  }

  /// The first paragraph of the message in one line, as `%s` in git's log.
  var subject: String {
    let lines = message.split(separator: 0x0A, omittingEmptySubsequences: false).map { line in
      String(decoding: line, as: UTF8.self).split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }
    return lines.drop(while: \.isEmpty).prefix { !$0.isEmpty }.joined(separator: " ")
  }
}

// A description of everything in a database's catalogs, with one line for each object: its identity, and whatever can
// differ. It is recorded with every checkpoint and compared with what was restored. Comparing archives of pg_dump would not
// be enough: what pg_dump does not see, such as the order of inherited columns, is missing from both.
//
// Names are qualified, because the session's search path is pg_catalog. Objects of extensions are included as a digest.
// Rows, values of sequences and large objects are not included.

import Checkpoints
import ChunkStore
import FileSystem
import Postgres

struct CatalogPicture {
  /// The descriptions by identity.
  private(set) var lines: [ExactText: ExactText] = [:]
  /// Whether it was recorded with columns' versions. Digests of extensions' columns cannot be compared then.
  private var hasColumnVersions = false

  /// Passes on the picture as `COPY` writes it: identity, a tab, the description, and a newline.
  /// - Parameter hasMembers: whether objects of extensions are included; nil to include them if there are extensions other
  ///   than plpgsql.
  static func read(
    _ connection: Connection, _ scope: CatalogQueries.Scope, hasMembers: Bool? = nil,
    _ consume: (UnsafeRawBufferPointer) throws -> Void
  ) throws {
    // No server can convert SQL_ASCII.
    let encoding = try connection.query("SELECT current_setting('server_encoding')").first?[0]
    let option = encoding == "SQL_ASCII" ? " WITH (ENCODING 'SQL_ASCII')" : ""
    var scopes = [scope]
    let includesMembers =
      try hasMembers
      ?? !connection.query("SELECT FROM pg_extension WHERE extname <> 'plpgsql'").isEmpty
    if scope.schemas.isEmpty && includesMembers { scopes.append(.init(isOfMembers: true)) }
    for scope in scopes {
      let sql = CatalogQueries(connection.serverMajorVersion, scope).sql
      try connection.copyOut("COPY (\(sql)) TO STDOUT\(option)") { try consume($0) }
    }
  }

  init(_ connection: Connection, _ scope: CatalogQueries.Scope, hasMembers: Bool) throws {
    try Self.read(connection, scope, hasMembers: hasMembers) { add($0) }
  }

  /// The recorded picture; nil for a checkpoint of a version that recorded none.
  init?(_ document: DatabaseDocument, _ reader: ChunkReader) throws {
    try self.init(document, StreamLists(document.list, reader), reader)
  }

  init?(_ document: DatabaseDocument, _ lists: StreamLists, _ reader: ChunkReader) throws {
    guard let stream = document.stream(DatabaseDocument.catalogName) else { return nil }
    var rest: [UInt8] = []
    for chunk in try lists.list(of: stream).chunks {
      try reader.withPiece(chunk) { rest += $0 }
      guard let end = rest.lastIndex(of: 0x0A) else { continue }
      for line in rest[...end].split(separator: 0x0A) { line.withUnsafeBytes { add($0) } }
      rest.removeFirst(end + 1)
    }
  }

  private mutating func add(_ line: UnsafeRawBufferPointer) {
    guard let tab = line.firstIndex(of: 0x09) else { return }
    let text = line[(tab + 1)...].last == 0x0A ? line[(tab + 1)...].dropLast() : line[(tab + 1)...]
    let identity = String(decoding: line[..<tab], as: UTF8.self)
    var description = String(decoding: text, as: UTF8.self)
    if identity.hasExactly(prefix: "column "), ColumnVersion.remove(from: &description) {
      hasColumnVersions = true
    }
    lines[ExactText(identity)] = ExactText(description)
  }

  struct Difference: Sendable {
    var identity: String
    /// The recorded description; nil if the object was not recorded.
    var before: String?
    /// The present description; nil if the object is missing.
    var after: String?

    /// The extension and its object; nil for other objects.
    var member: (extension: Substring, object: Substring)? {
      guard identity.hasPrefix(memberPrefix), let colon = identity.firstRange(of: ": ") else { return nil }
      return (identity[..<colon.lowerBound].dropFirst(memberPrefix.count), identity[colon.upperBound...])
    }

    var description: String {
      if let (name, object) = member {
        return "\(object) of the extension \(name) "
          + (before == nil ? "was not recorded" : after == nil ? "is missing" : "is another")
      }
      return switch (before, after) {
      case (nil, _): "\(identity) was not recorded"
      case (_, nil): "\(identity) is missing"
      case (let before?, let after?): "\(identity) is another: \(Self.excerpt(before, after))"
      }
    }

    /// The differing part, without the common beginning.
    private static func excerpt(_ before: String, _ after: String) -> String {
      let shared = zip(before, after).prefix { $0 == $1 }.count
      let start = before.index(before.startIndex, offsetBy: max(0, shared - 20))
      let other = after.index(after.startIndex, offsetBy: max(0, shared - 20))
      return "“\(before[start...].prefix(60))” was recorded, and there is “\(after[other...].prefix(60))”"
    }
  }

  static let memberPrefix = "member "

  /// Whether it includes objects of extensions, which are left out if there is only plpgsql.
  var hasMembers: Bool { lines.keys.contains { $0.wrappedValue.hasPrefix(Self.memberPrefix) } }

  func differences(to other: CatalogPicture) -> [Difference] {
    Set(lines.keys).union(other.lines.keys).sorted().compactMap { identity in
      let (before, after) = (lines[identity], other.lines[identity])
      if before == after { return nil }
      let difference = Difference(
        identity: identity.wrappedValue, before: before?.wrappedValue, after: after?.wrappedValue)
      if let before = difference.before, let after = difference.after,
        !Self.exactKinds.contains(where: difference.identity.hasPrefix),
        CanonicalSQL.form(of: Array(before.utf8)) == CanonicalSQL.form(of: Array(after.utf8))
      {
        return nil
      }
      let isOfUnknownDigest = hasColumnVersions && before != nil && after != nil
      return isOfUnknownDigest && difference.member?.object.hasExactly(prefix: "column ") == true
        ? nil : difference
    }
  }

  /// Code is stored as it was written, so it must be identical.
  private static let exactKinds = ["function ", "procedure ", "comment "]
}

// Everything that has to come back, as lines that can be compared: what git says and every file of a working
// tree (bytes, exact mode, link target), and everything that pg_dump says of a database.

import FileSystem
import Glibc

/// Named parts, each a list of lines. Two pictures are the same when they have no differences.
package struct Picture: Equatable, Sendable {
  package var parts: [String: [String]] = [:]

  package init() {}

  package func without(_ names: [String]) -> Picture {
    var copy = self
    for name in names { copy.parts[name] = nil }
    return copy
  }

  package func merging(_ other: Picture) -> Picture {
    var copy = self
    copy.parts.merge(other.parts) { _, new in new }
    return copy
  }

  /// What changed since `earlier`: lines with `-` were there then, those with `+` are there now.
  package func differences(since earlier: Picture) -> [String] {
    Set(parts.keys).union(earlier.parts.keys).sorted().flatMap { name -> [String] in
      let (old, new) = (earlier.parts[name] ?? [], parts[name] ?? [])
      if old == new { return [] }
      let difference = new.difference(from: old)
      return (difference.removals.suffix(6) + difference.insertions.prefix(6)).map { change in
        switch change {
        case .insert(_, let line, _): "\(name): + \(line.prefix(120))"
        case .remove(_, let line, _): "\(name): - \(line.prefix(120))"
        }
      }
    }
  }

  /// Bytes as text that keeps them distinct: printable ASCII as it is, everything else as `\xNN`.
  static func escaped(_ bytes: some Sequence<UInt8>) -> String {
    bytes.reduce(into: "") { out, byte in
      if byte >= 0x20 && byte < 0x7F && byte != UInt8(ascii: "\\") {
        out.unicodeScalars.append(Unicode.Scalar(byte))
      } else {
        out += "\\x" + [byte].hexadecimal
      }
    }
  }
}

extension Picture {
  /// A picture of a working tree with its index, HEAD and branches.
  package static func workTree(_ program: CheckpointProgram, at directory: BytePath? = nil) throws -> Picture
  {
    let top = directory ?? program.directory
    func records(_ arguments: [BytePath], accepting: Set<Int32> = [0]) throws -> [String] {
      try program.git(arguments, in: top, accepting: accepting).output.split(separator: 0).map { escaped($0) }
    }
    func lines(_ arguments: [BytePath], accepting: Set<Int32> = [0]) throws -> [String] {
      try program.git(arguments, in: top, accepting: accepting).lines
    }
    var picture = Picture()
    picture.parts["status"] = try records([
      "status", "--porcelain=v2", "-z", "--untracked-files=all", "--ignored",
    ])
    picture.parts["index"] = try records(["ls-files", "--stage", "-z"])
    picture.parts["index flags"] = try records(["ls-files", "-v", "-z"])
    picture.parts["HEAD"] = try lines(["rev-parse", "--verify", "--quiet", "HEAD"], accepting: [0, 1])
    picture.parts["branch"] = try lines(["symbolic-ref", "--quiet", "HEAD"], accepting: [0, 1])
    picture.parts["branches"] = try lines(["for-each-ref", "refs/heads"])
    let gitDirectory = BytePath(
      try program.git(["rev-parse", "--absolute-git-dir"], in: top).text.dropLast().utf8)
    picture.parts["operation"] = try [
      "MERGE_HEAD", "MERGE_MSG", "MERGE_MODE", "CHERRY_PICK_HEAD", "REVERT_HEAD",
    ]
    .flatMap { name -> [String] in
      let path = gitDirectory.appending(name)
      return FileTree.exists(path) ? ["\(name) \(escaped(try FileTree.readAll(path)))"] : []
    }
    var files: [String] = []
    try collect(top, "", into: &files)
    picture.parts["files"] = files
    return picture
  }

  private static func collect(_ top: BytePath, _ below: BytePath, into lines: inout [String]) throws {
    for name in try FileTree.list(top.appending(below)) where !(below.isEmpty && name == ".git") {
      let path = below.appending(name)
      guard let status = try FileTree.status(top.appending(path)) else { continue }
      let mode = String(status.permissions, radix: 8)
      switch status.kind {
      case .directory:
        lines.append("\(mode) \(escaped(path.bytes))/")
        try collect(top, path, into: &lines)
      case .symbolicLink:
        lines.append(
          "link \(escaped(path.bytes)) → \(escaped(try FileTree.readLink(top.appending(path)).bytes))")
      case .regular:
        lines.append("\(mode) \(escaped(path.bytes)) \(escaped(try FileTree.readAll(top.appending(path))))")
      case .other: lines.append("other \(mode) \(escaped(path.bytes))")
      }
    }
  }

  /// A picture of a database, as pg_dump sees it.
  /// - Parameter isWhole: with the properties of the database itself.
  package static func database(_ database: TestDatabase, isWhole: Bool = true) throws -> Picture {
    var picture = try dump(database, isWhole: isWhole)
    // Not in dumps: the contents of materialized views, and whether indexes and constraints are usable.
    let lines = try database.psql(
      """
      SELECT format('SELECT ''%s ''||to_jsonb(m)::text FROM %s m;', c.oid::regclass, c.oid::regclass)
      FROM pg_class c WHERE relkind = 'm' AND relispopulated ORDER BY c.oid::regclass::text \\gexec
      \\echo -- unusable
      SELECT indexrelid::regclass::text COLLATE "C" FROM pg_index WHERE NOT indisvalid
      UNION ALL SELECT oid::regclass::text FROM pg_class WHERE relkind = 'm' AND NOT relispopulated ORDER BY 1;
      """, asSuperuser: true
    ).split(separator: "\n").map(String.init)
    let halves = lines.split(separator: "-- unusable", maxSplits: 1, omittingEmptySubsequences: false)
    picture.parts["materialized"] = halves[0].sorted()
    picture.parts["unusable"] = Array(halves[1])
    return picture
  }

  /// The quick part of it: only pg_dump.
  package static func dump(_ database: TestDatabase, isWhole: Bool = true) throws -> Picture {
    let server = database.server
    // Rows of partitions belong to the root: an enum's hash is another one in another database.
    let options: [BytePath] = isWhole ? ["--create"] : []
    let dump = try Program.run(
      [server.programs.appending("pg_dump"), "--load-via-partition-root"] + options
        + ["-h", server.directory, "-U", "postgres", BytePath(database.name)]
    ).succeeded()
    var (definitions, rows): ([String], [String]) = ([], [])
    var table: String?
    for line in dump.output.split(separator: 0x0A, omittingEmptySubsequences: false) {
      if let name = table {
        if line.elementsEqual(#"\."#.utf8) { table = nil } else { rows.append("\(name) \(escaped(line))") }
        continue
      }
      let text = escaped(line)
      // The key in these lines is random.
      if text.hasPrefix(#"\x5crestrict "#) || text.hasPrefix(#"\x5cunrestrict "#) { continue }
      if text.hasPrefix("COPY "), text.hasSuffix(" FROM stdin;") {
        table = String(text.dropFirst(5).dropLast(12))
      }
      definitions.append(text)
    }
    var picture = Picture()
    picture.parts["definitions"] = definitions
    picture.parts["rows"] = rows.sorted()
    return picture
  }
}

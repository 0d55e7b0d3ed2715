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

  /// What changed since `earlier`: lines with `-` were there then, those with `+` are there now. A line that only stands
  /// elsewhere now counts if nothing else differs in its part.
  package func differences(since earlier: Picture) -> [String] {
    Set(parts.keys).union(earlier.parts.keys).sorted().flatMap { name -> [String] in
      let (old, new) = (earlier.parts[name] ?? [], parts[name] ?? [])
      if old == new { return [] }
      let (removed, added) = (Self.lines(of: old, notIn: new), Self.lines(of: new, notIn: old))
      if removed.isEmpty && added.isEmpty {
        return zip(old, new).first { $0 != $1 }.map { ["\(name): ~ \($0.prefix(120)) → \($1.prefix(120))"] }
          ?? []
      }
      return removed.suffix(6).map { "\(name): - \($0.prefix(120))" }
        + added.prefix(6).map { "\(name): + \($0.prefix(120))" }
    }
  }

  /// Each as often as it is missing there.
  private static func lines(of some: [String], notIn others: [String]) -> [String] {
    var counts: [String: Int] = [:]
    for line in others { counts[line, default: 0] += 1 }
    return some.filter { line in
      guard let count = counts[line], count > 0 else { return true }
      counts[line] = count - 1
      return false
    }
  }

  /// Bytes as text that keeps them distinct: printable ASCII as it is, everything else as `\xNN`.
  static func escaped(_ bytes: some Sequence<UInt8>) -> String {
    let digits = Array("0123456789abcdef".utf8)
    var text: [UInt8] = []
    for byte in bytes {
      if byte >= 0x20 && byte < 0x7F && byte != UInt8(ascii: "\\") {
        text.append(byte)
      } else {
        text += [UInt8(ascii: "\\"), UInt8(ascii: "x"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
      }
    }
    return String(decoding: text, as: UTF8.self)
  }
}

extension Picture {
  /// A picture of a working tree with its index, HEAD and branches.
  package static func workTree(_ program: CheckpointProgram, at directory: BytePath? = nil) throws -> Picture
  {
    let top = directory ?? program.directory
    func records(_ arguments: [BytePath]) throws -> [String] {
      try program.git(arguments, in: top).output.split(separator: 0).map { escaped($0) }
    }
    var picture = Picture()
    // One process says what several would: they are started thousands of times.
    let status = try records([
      "status", "--porcelain=v2", "-z", "--branch", "--no-ahead-behind", "--untracked-files=all", "--ignored",
    ])
    func header(_ name: String, unless missing: String) -> [String] {
      status.filter { $0.hasPrefix("# \(name) ") && $0 != "# \(name) \(missing)" }
    }
    picture.parts["status"] = status.filter { !$0.hasPrefix("# branch.") }
    picture.parts["HEAD"] = header("branch.oid", unless: "(initial)")
    picture.parts["branch"] = header("branch.head", unless: "(detached)")
    let entries = try records(["ls-files", "--stage", "-v", "-z"])
    picture.parts["index"] = entries.map { String($0.dropFirst(2)) }
    picture.parts["index flags"] = entries.map { entry in
      "\(entry.prefix(2))\(entry.firstRange(of: "\\x09").map { entry[$0.upperBound...] } ?? "")"
    }
    picture.parts["branches"] = try program.git(["for-each-ref", "refs/heads"], in: top).lines
    let gitDirectory = try gitDirectory(program, top)
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

  private static func gitDirectory(_ program: CheckpointProgram, _ top: BytePath) throws -> BytePath {
    let usual = top.appending(".git")
    if try program.environment["GIT_DIR"] == nil && FileTree.status(usual)?.kind == .directory {
      return usual
    }
    return BytePath(try program.git(["rev-parse", "--absolute-git-dir"], in: top).text.dropLast().utf8)
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
  /// - Parameters:
  ///   - isWhole: with the properties of the database itself.
  ///   - hasFacts: with what the server says itself, for databases with objects of many kinds.
  package static func database(
    _ database: TestDatabase, isWhole: Bool = true, hasFacts: Bool = false
  ) throws -> Picture {
    var picture = try dump(database, isWhole: isWhole)
    // Not in dumps: the contents of materialized views, and whether indexes and constraints are usable.
    let lines = try database.psql(
      """
      SELECT format('SELECT ''%s ''||to_jsonb(m)::text FROM %s m;', c.oid::regclass, c.oid::regclass)
      FROM pg_class c WHERE relkind = 'm' AND relispopulated ORDER BY c.oid::regclass::text \\gexec
      \\echo -- unusable
      SELECT indexrelid::regclass::text COLLATE "C" FROM pg_index WHERE NOT indisvalid
      UNION ALL SELECT oid::regclass::text FROM pg_class WHERE relkind = 'm' AND NOT relispopulated ORDER BY 1;
      \\echo -- facts

      """ + (hasFacts ? DatabaseFacts.script(isWhole: isWhole) : ""), asSuperuser: true
    ).split(separator: "\n").map(String.init)
    let views = lines.prefix { $0 != "-- unusable" }
    let others = lines[views.endIndex...].dropFirst().split(
      separator: "-- facts", maxSplits: 1, omittingEmptySubsequences: false)
    picture.parts["materialized"] = views.sorted()
    picture.parts["unusable"] = Array(others[0])
    if hasFacts { picture.parts["facts"] = Array(others[1]) }
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

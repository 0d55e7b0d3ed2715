// The statements of single entries of an archive, as pg_restore writes them. Each definition is preceded by a comment with a
// random number, which occurs nowhere else, and the script is split at these.

struct EntryScript {
  struct Piece: Sendable {
    var entry: ArchiveEntry
    /// The settings that it needs: `SET default_tablespace = …`
    var settings: [UInt8] = []
    var definition: [UInt8]
    /// The statement for the owner that pg_restore adds.
    var ending: [UInt8] = []

    var statement: [UInt8] { definition + ending }
  }

  /// The settings before the first entry, one a line.
  private(set) var preamble: [[UInt8]] = []
  private(set) var pieces: [Piece] = []
  let encoding: DatabaseEncoding

  /// - Parameter entries: the numbers of the only entries wanted; nil for all.
  init(_ archive: ArchiveRestore, _ section: String, entries: Set<Int>?) throws {
    let mark = "-- \(UInt64.random(in: 0 ... .max)) "
    var contents = try archive.contents
    archive.changes.apply(to: &contents)
    var edits = archive.changes
    if let entries {
      let preamble = contents.entries.filter(\.isPreamble).map(\.dumpID)
      edits.only = (edits.only?.intersection(entries) ?? entries).union(preamble)
    }
    encoding = DatabaseEncoding(contents.encoding)
    // Entries about large objects can have lists, which pg_restore turns into statements.
    let marked = contents.entries.filter {
      !$0.isPreamble && !($0.definition ?? []).isEmpty && !$0.isAboutLargeObjects
    }
    let unmarked = contents.entries.filter { !$0.isPreamble && $0.isAboutLargeObjects }.map(\.dumpID)
    edits.omitted.formUnion(unmarked)
    for entry in marked {
      edits.definitions[entry.dumpID] = Array("\(mark)\(entry.dumpID)\n".utf8) + (entry.definition ?? [])
    }
    let byID = Dictionary(marked.map { ($0.dumpID, $0) }) { first, _ in first }
    try cut(archive.script(section, edits), at: Array(mark.utf8), byID)
  }

  private mutating func cut(_ script: [UInt8], at mark: [UInt8], _ entries: [Int: ArchiveEntry]) throws {
    var (place, settings) = (0, [UInt8]())
    while place < script.count {
      let end = script[place...].firstIndex(of: 0x0A) ?? script.count
      let line = script[place..<end]
      place = end + 1
      if line.starts(with: mark) {
        let number = Int(String(decoding: line.dropFirst(mark.count), as: UTF8.self))
        guard let entry = number.flatMap({ entries[$0] }) else { continue }
        let definition = entry.definition ?? []
        pieces.append(Piece(entry: entry, settings: settings, definition: definition))
        (settings, place) = ([], place + definition.count)
      } else if line.isEmpty || line.starts(with: "--".utf8) || line.first == UInt8(ascii: "\\") {
        continue
      } else if pieces.isEmpty {
        preamble.append(Array(line))
      } else if line.starts(with: "SET ".utf8) {
        settings += line + [0x0A]
      } else {
        pieces[pieces.count - 1].ending += line + [0x0A]
      }
    }
  }
}

extension ArchiveEntry {
  var isAboutLargeObjects: Bool {
    ["BLOB", "BLOBS", "BLOB METADATA"].contains(kind) || name.hasPrefix("LARGE OBJECT")
  }
}

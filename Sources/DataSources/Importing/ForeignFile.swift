// Files that users mistake for dumps: recognized by their first bytes, with advice on what to do instead.

package struct ForeignFile: Sendable, Equatable {
  /// “a zip archive”
  package var name: String
  package var advice: String

  private init(_ name: String, _ advice: String) { (self.name, self.advice) = (name, advice) }

  /// - Parameter start: the first bytes, expanded if they are compressed in a way that we can read.
  /// - Returns: nil if it may be a script.
  init?(_ start: [UInt8]) {
    guard let found = Self.binary(start) ?? Self.wideText(start) ?? Self.text(start) else { return nil }
    self = found
  }

  /// A server's data directory.
  static let dataDirectory = ForeignFile("the data directory of a PostgreSQL server", serverAdvice)
  /// A tar archive of such a directory.
  static let baseBackup = ForeignFile("a backup of a whole server (pg_basebackup)", serverAdvice)

  private static let serverAdvice = "start that server, and take pg_dump of its database"

  // MARK: Recognized by magic numbers

  private static let marks: [(mark: [UInt8], file: ForeignFile)] = [
    (Array("PK".utf8) + [3, 4], .init("a zip archive", "unzip it, and import what is in it")),
    (Array("7z".utf8) + [0xBC, 0xAF, 0x27, 0x1C], .init("a 7z archive", "unpack it with 7z x")),
    (Array("Rar!".utf8), .init("a rar archive", "unpack it with unrar x")),
    ([0xFD] + Array("7zXZ".utf8) + [0], .init("compressed with xz", "xz -d FILE")),
    (Array("BZh".utf8), .init("compressed with bzip2", "bunzip2 FILE")),
    (Array("LZIP".utf8), .init("compressed with lzip", "lzip -d FILE")),
    ([0x04, 0x22, 0x4D, 0x18], .init("compressed with lz4", "lz4 -d FILE")),
    ([0x5D, 0, 0], .init("compressed with lzma", "unlzma FILE")),
    ([0x1F, 0x9D], .init("compressed with compress", "uncompress FILE")),
    ([0x1F, 0x8B], .init("compressed twice with gzip", "gunzip FILE once")),
    ([0x28, 0xB5, 0x2F, 0xFD], .init("compressed twice with zstd", "unzstd FILE once")),
    (
      Array("SQLite format 3".utf8) + [0],
      .init("a SQLite database", "pgloader brings it into PostgreSQL; take pg_dump of that database")
    ),
    (
      Array("PGCOPY\n".utf8) + [0xFF],
      .init("rows of one table (COPY … WITH BINARY)", "\\copy of psql loads them into a table")
    ),
    (Array("%PDF-".utf8), .init("a PDF document", notDump)),
    ([0x7F] + Array("ELF".utf8), .init("a program", notDump)),
    ([0x89] + Array("PNG".utf8), .init("a picture", notDump)),
    ([0xFF, 0xD8, 0xFF], .init("a picture", notDump)),
    (Array("-----BEGIN PGP".utf8), encrypted), ([0x85, 0x01], encrypted), ([0x85, 0x02], encrypted),
    (Array("Salted__".utf8), encrypted), (Array("age-encryption.org/".utf8), encrypted),
    (
      Array("version https://git-lfs".utf8),
      .init("a pointer of git LFS, not the file itself", "git lfs pull fetches the file")
    ),
    (
      Array("/annex/objects/".utf8),
      .init("a pointer of git-annex, not the file itself", "git annex get FILE")
    ),
  ]

  private static let notDump = "give the file that pg_dump or checkpoint export wrote"
  private static let encrypted = ForeignFile("encrypted", "decrypt it first")

  private static func binary(_ start: [UInt8]) -> ForeignFile? {
    marks.first { start.starts(with: $0.mark) }?.file
  }

  // MARK: Text with two or four bytes a letter

  private static func wideText(_ start: [UInt8]) -> ForeignFile? {
    let marks: [([UInt8], String)] = [
      ([0xFF, 0xFE, 0, 0], "UTF-32LE"), ([0, 0, 0xFE, 0xFF], "UTF-32BE"), ([0xFF, 0xFE], "UTF-16LE"),
      ([0xFE, 0xFF], "UTF-16BE"),
    ]
    let marked = marks.first { start.starts(with: $0.0) }?.1
    return (marked ?? unmarked(start)).map { name in
      // The byte order mark shows the order, and only if iconv may read the mark is it removed.
      let form = marked == nil ? name : String(name.prefix(6))
      return ForeignFile(
        "text in \(name)",
        "iconv -f \(form) -t UTF-8 FILE > NEW (PowerShell's “>” writes such files; pg_dump -f does not)")
    }
  }

  /// Without a byte order mark: every other byte of Latin text is zero, or three of four are.
  private static func unmarked(_ start: [UInt8]) -> String? {
    let head = start.prefix(256)
    guard head.count >= 16 else { return nil }
    /// Which positions in each group of bytes are nearly always zero.
    func zeros(of size: Int) -> [Bool] {
      (0..<size).map { place in
        let column = stride(from: place, to: head.count, by: size).map { head[$0] }
        return column.count { $0 == 0 } * 10 >= column.count * 9
      }
    }
    switch (zeros(of: 4), zeros(of: 2)) {
    case ([false, true, true, true], _): return "UTF-32LE"
    case ([true, true, true, false], _): return "UTF-32BE"
    case (_, [false, true]): return "UTF-16LE"
    case (_, [true, false]): return "UTF-16BE"
    default: return nil
    }
  }

  // MARK: Text of other programs

  private static func text(_ start: [UInt8]) -> ForeignFile? {
    if start.contains(0) { return nil }
    let text = String(decoding: start.prefix(4096), as: UTF8.self).trimmingWhitespace
    let upper = text.prefix(400).uppercased()
    let beginnings: [([String], ForeignFile)] = [
      (
        [
          "-- MYSQL DUMP", "-- MARIADB DUMP", "-- PHPMYADMIN", "/*!40", "/*!50", "/*M!99",
          "-- HOST: LOCALHOST",
        ],
        .init(
          "a dump of MySQL", "pgloader brings such a database into PostgreSQL; take pg_dump of that database")
      ),
      (
        ["PRAGMA "],
        .init(
          "a dump of SQLite", "pgloader brings the database into PostgreSQL; take pg_dump of that database")
      ),
      (
        ["<!DOCTYPE HTML", "<HTML"],
        .init("a web page (of a log-in, perhaps, in the place of the file)", "download the file again")
      ),
      (["<?XML", "<DUMP", "<MYSQLDUMP"], .init("XML", notDump)),
    ]
    if let found = beginnings.first(where: { $0.0.contains(where: upper.hasPrefix) }) { return found.1 }
    if text.first == "{" || text.hasPrefix("[{") || text.hasPrefix("[\n") { return .init("JSON", notDump) }
    return isTable(text)
      ? .init("rows of one table (CSV)", "\\copy of psql loads them: \\copy TABLE FROM FILE CSV HEADER") : nil
  }

  /// At least two lines with the same number of separators, of which the first does not begin like a statement.
  private static func isTable(_ text: String) -> Bool {
    let lines = text.split(whereSeparator: \.isNewline).prefix(3)
    guard lines.count > 1, let first = lines.first, !beginsStatement(first) else { return false }
    return [",", ";", "\t"].contains { (separator: Character) in
      let counts = lines.prefix(2).map { line in line.count { $0 == separator } }
      return counts[0] > 0 && counts[0] == counts[1] && !first.hasSuffix(";")
    }
  }

  private static let statements: Set<String> = [
    "ALTER", "ANALYZE", "BEGIN", "CALL", "CLUSTER", "COMMENT", "COMMIT", "COPY", "CREATE", "DELETE", "DO",
    "DROP", "END",
    "GRANT", "IMPORT", "INSERT", "LOCK", "MERGE", "REASSIGN", "REFRESH", "REINDEX", "RESET", "REVOKE",
    "SAVEPOINT",
    "SECURITY", "SELECT", "SET", "START", "TABLE", "TRUNCATE", "UPDATE", "VACUUM", "VALUES", "WITH",
  ]

  private static func beginsStatement(_ line: Substring) -> Bool {
    if ["--", "/*", "\\", "(", ";"].contains(where: line.hasPrefix) { return true }
    return statements.contains(line.prefix { $0.isLetter }.uppercased())
  }
}

extension String {
  fileprivate var trimmingWhitespace: String {
    String(drop { $0.isWhitespace || $0 == "\u{FEFF}" })
  }
}

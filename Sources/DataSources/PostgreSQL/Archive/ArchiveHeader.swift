// The header of pg_dump's archives, which also says how numbers are written in the rest.

package struct ArchiveHeader: Sendable, Equatable {
  package enum Format: UInt8, Sendable {
    case custom = 1
    case tar = 3
    case directory = 5
  }

  package enum Compression: Sendable, Equatable {
    /// zlib's level, before 1.15.
    case level(Int)
    /// Since 1.15: 0 none, 1 gzip, 2 LZ4, 3 zstd.
    case algorithm(UInt8)
  }

  /// For instance 14 for 1.14.
  package var minorVersion: UInt8
  package var revision: UInt8
  package var integerByteCount: UInt8
  package var offsetByteCount: UInt8
  package var format: Format
  package var compression: Compression
  /// Local time as in `struct tm`: seconds to years since 1900, daylight saving.
  package var time: [Int]
  package var databaseName: [UInt8]?
  package var serverVersion: [UInt8]?
  package var dumpVersion: [UInt8]?

  init(_ input: ArchiveInput) throws {
    guard (try? input.bytes(5)) == Array("PGDMP".utf8) else { throw ArchiveProblem.notAnArchive }
    let major = try input.byte()
    (minorVersion, revision) = (try input.byte(), try input.byte())
    guard major == 1, (12...16).contains(minorVersion) else {
      throw ArchiveProblem.unknownVersion("\(major).\(minorVersion)")
    }
    (integerByteCount, offsetByteCount) = (try input.byte(), try input.byte())
    guard (4...8).contains(integerByteCount), (4...8).contains(offsetByteCount) else {
      throw ArchiveProblem.damaged("its numbers have \(integerByteCount) and \(offsetByteCount) bytes")
    }
    (input.integerByteCount, input.offsetByteCount) = (Int(integerByteCount), Int(offsetByteCount))
    let number = try input.byte()
    guard let known = Format(rawValue: number) else { throw ArchiveProblem.unknownFormat(number) }
    format = known
    compression = try minorVersion >= 15 ? .algorithm(input.byte()) : .level(input.integer())
    time = try (0..<7).map { _ in try input.integer() }
    (databaseName, serverVersion, dumpVersion) = (try input.text(), try input.text(), try input.text())
  }

  func write(to output: inout ArchiveOutput) {
    output.raw("PGDMP".utf8)
    output.raw([1, minorVersion, revision, integerByteCount, offsetByteCount, format.rawValue])
    switch compression {
    case .level(let level): output.integer(level)
    case .algorithm(let number): output.byte(number)
    }
    for part in time { output.integer(part) }
    for text in [databaseName, serverVersion, dumpVersion] { output.text(text) }
  }
}

// Why bytes are no archive of pg_dump that can be read.

package enum ArchiveProblem: Error, Sendable, CustomStringConvertible {
  case notAnArchive
  case unknownVersion(String)
  case unknownFormat(UInt8)
  case truncated
  case damaged(String)

  package var description: String {
    switch self {
    case .notAnArchive: "this is no archive of pg_dump"
    case .unknownVersion(let version):
      "the archive has version \(version) of pg_dump's format; 1.12 to 1.16 are understood"
    case .unknownFormat(let number): "the archive has the unknown format \(number)"
    case .truncated: "the archive ends too early"
    case .damaged(let what): "the archive is damaged: \(what)"
    }
  }
}

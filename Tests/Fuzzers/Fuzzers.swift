// One parser at a time, fed by libFuzzer with inputs that lead to code not reached before. `scripts/fuzz` builds and runs it;
// no other build knows of it.

import Codecs
import FileSystem
import Glibc

@testable import Checkpoints
@testable import DataSources
@testable import Git
@testable import Postgres

private let parsers: [String: @Sendable ([UInt8]) -> Void] = [
  "script": { bytes in
    var rest = bytes[...]
    let script = ScriptReader {
      defer { rest = rest.dropFirst(7) }
      return Array(rest.prefix(7))
    }
    while let item = try? script.next() {
      guard case .statement(let statement) = item else { continue }
      _ = GrantedForm(statement)
      _ = statement.addedConstraint
      if statement.isCopyIn { try? script.copyRows { _ in } }
    }
  },
  "archive": { bytes in
    var isGiven = false
    _ = try? ArchiveContents.read {
      defer { isGiven = true }
      return isGiven ? [] : bytes
    }
  },
  "tar": { bytes in
    var isGiven = false
    let tar = try? TarReader {
      defer { isGiven = true }
      return isGiven ? [] : bytes
    }
    while let entry = try? tar?.next() {
      _ = ProjectFile(entry.path)
      while let piece = try? tar?.read(), !piece.isEmpty {}
    }
  },
  "progress": { _ = ProgressFile(parsing: $0) },
  "dotenv": { _ = DotEnvFile($0) },
  "address": { _ = try? ConnectionParameters(parsing: String(decoding: $0, as: UTF8.self)) },
  "redaction": { _ = Redaction.redacted(String(decoding: $0, as: UTF8.self)) },
  "commit": { _ = CommitText($0) },
  "manifest": { _ = try? JSON.decode(Manifest.self, from: $0) },
  "file": { _ = ForeignFile($0) },
]

private let parser: @Sendable ([UInt8]) -> Void = {
  let name = getenv("CHECKPOINT_FUZZ").map { String(cString: $0) } ?? ""
  guard let parser = parsers[name] else {
    fatalError("no parser “\(name)”; there are: \(parsers.keys.sorted().joined(separator: ", "))")
  }
  return parser
}()

@_silgen_name("LLVMFuzzerRunDriver")
private func runDriver(
  _ count: UnsafeMutablePointer<CInt>,
  _ words: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?>,
  _ body: @convention(c) (UnsafePointer<UInt8>?, Int) -> CInt
) -> CInt

@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  parser(Array(UnsafeBufferPointer(start: start, count: count)))
  return 0
}

/// The name under which the package manager looks for the program's main function; libFuzzer's own is not found by it.
@_cdecl("Fuzzers_main")
public func fuzz(_ count: CInt, _ words: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?) -> CInt {
  var (count, words) = (count, words)
  return runDriver(&count, &words, { testOneInput($0, $1) })
}

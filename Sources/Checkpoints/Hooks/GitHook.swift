// The hooks that checkpoint has for git, and their scripts. What takes only a moment the scripts in `hooks/` do themselves; for
// everything else they call `checkpoint hooks run`.

import BuiltInFiles
import Codecs
import FileSystem

package enum GitHook: String, CaseIterable, Codable, Sendable {
  case preCommit = "pre-commit"
  case prePush = "pre-push"
  case postCheckout = "post-checkout"

  /// Those that are installed unless the user names others.
  package static let usual: [GitHook] = [.preCommit, .prePush]

  /// What every version of our scripts contains.
  private static let mark = Array("Written by “checkpoint hooks".utf8)
  private static let programLine = "installed_at="
  private static let ownDirectory = " # in a directory made for it"
  private static let sealStart = Array("# checksum ".utf8)

  /// The script, with the place of the program in case no PATH leads to it, and a checksum by which later versions recognise
  /// whether it was changed.
  /// - Parameter isInOwnDirectory: the directory was made for it, and is removed with it.
  func script(program: BytePath, isInOwnDirectory: Bool) -> [UInt8] {
    let newline = UInt8(ascii: "\n")
    let note = isInOwnDirectory ? Array(Self.ownDirectory.utf8) : []
    let lines = source.split(separator: newline, omittingEmptySubsequences: false).map { line -> [UInt8] in
      line.elementsEqual(Self.programLine.utf8) ? line + Self.quoted(program.bytes) + note : Array(line)
    }
    let script = Array(lines.joined(separator: [newline]))
    return script + Self.seal(of: script)
  }

  private var source: [UInt8] { BuiltInFiles.hooks[rawValue] ?? [] }

  private static func seal(of script: some Collection<UInt8>) -> [UInt8] {
    sealStart + Array(SHA256.digest(Array(script)).hexadecimal.utf8) + [UInt8(ascii: "\n")]
  }

  package static func isOurs(_ script: [UInt8]) -> Bool { script.prefix(600).firstRange(of: mark) != nil }

  /// Whether our script is as some version wrote it.
  func isUnchanged(_ script: [UInt8]) -> Bool {
    // Copied there by hand, as it is in the source.
    if script == source { return true }
    let body = script.dropLast(Self.seal(of: []).count)
    return script.elementsEqual(body + Self.seal(of: body))
  }

  static func isInOwnDirectory(_ script: [UInt8]) -> Bool {
    script.firstRange(of: Array(ownDirectory.utf8)) != nil
  }

  /// The bytes quoted as one word for a shell.
  private static func quoted(_ bytes: [UInt8]) -> [UInt8] {
    let quote = UInt8(ascii: "'")
    return [quote] + bytes.flatMap { $0 == quote ? Array("'\\''".utf8) : [$0] } + [quote]
  }
}

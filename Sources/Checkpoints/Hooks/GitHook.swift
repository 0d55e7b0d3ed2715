// The git hooks that checkpoint offers, and their scripts. The scripts in `hooks/` do only what takes no time; for the rest
// they start `checkpoint hooks run`.

import BuiltInFiles
import Codecs
import FileSystem

package enum GitHook: String, CaseIterable, Codable, Sendable {
  case preCommit = "pre-commit"
  case prePush = "pre-push"
  case postCheckout = "post-checkout"

  /// Installed if the user names none.
  package static let usual: [GitHook] = [.preCommit, .prePush]

  /// In every script of ours, whichever version wrote it.
  private static let mark = Array("Written by “checkpoint hooks".utf8)
  private static let programLine = "installed_at="
  private static let ownDirectory = " # in a directory made for it"
  private static let sealStart = Array("# checksum ".utf8)

  /// The script with the path of the program, for when no PATH leads to it, and a checksum by which later versions see
  /// whether the script was edited.
  /// - Parameter isInOwnDirectory: whether the directory was made for our hooks and is removed with them.
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

  static func isOurs(_ script: [UInt8]) -> Bool { script.prefix(600).firstRange(of: mark) != nil }

  /// Whether a script of ours is unchanged since some version wrote it.
  func isUnchanged(_ script: [UInt8]) -> Bool {
    // Copied by hand from the project.
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

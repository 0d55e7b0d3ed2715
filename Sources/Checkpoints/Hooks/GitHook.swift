// The hooks that checkpoint has for git, and their scripts. What they do in a moment is in `hooks/`; what needs the
// program, `checkpoint hooks run` does.

import BuiltInFiles
import Codecs
import FileSystem

package enum GitHook: String, CaseIterable, Codable, Sendable {
  case preCommit = "pre-commit"
  case prePush = "pre-push"
  case postCheckout = "post-checkout"

  /// Those that are installed where nobody names any.
  package static let usual: [GitHook] = [.preCommit, .prePush]

  /// What a script of ours says of itself, whichever version wrote it.
  private static let mark = Array("Written by “checkpoint hooks".utf8)
  private static let programLine = "installed_at="
  private static let ownDirectory = " # in a directory made for it"
  private static let sealStart = Array("# checksum ".utf8)

  /// The script, with the place of the program for where no PATH leads to it, and a checksum by which later versions know
  /// whether somebody has changed it.
  /// - Parameter isInOwnDirectory: the directory goes with it.
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

  /// Whether a script of ours is as some version wrote it.
  func isUnchanged(_ script: [UInt8]) -> Bool {
    // Put there by hand, as it stands in the project.
    if script == source { return true }
    let body = script.dropLast(Self.seal(of: []).count)
    return script.elementsEqual(body + Self.seal(of: body))
  }

  static func isInOwnDirectory(_ script: [UInt8]) -> Bool {
    script.firstRange(of: Array(ownDirectory.utf8)) != nil
  }

  /// One word for a shell, whatever is in it.
  private static func quoted(_ bytes: [UInt8]) -> [UInt8] {
    let quote = UInt8(ascii: "'")
    return [quote] + bytes.flatMap { $0 == quote ? Array("'\\''".utf8) : [$0] } + [quote]
  }
}

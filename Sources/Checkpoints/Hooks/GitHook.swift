// The hooks that checkpoint has for git, and their scripts. What they do in a moment is in `hooks/`; what needs the
// program, `checkpoint hooks run` does.

import BuiltInFiles
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

  /// The script, with the place of the program for where no PATH leads to it.
  func script(program: BytePath) -> [UInt8] {
    let source = BuiltInFiles.hooks[rawValue] ?? []
    let lines = source.split(separator: 0x0A, omittingEmptySubsequences: false).map { line -> [UInt8] in
      line.elementsEqual(Self.programLine.utf8)
        ? Array(Self.programLine.utf8) + Self.quoted(program.bytes) : Array(line)
    }
    return Array(lines.joined(separator: [0x0A]))
  }

  static func isOurs(_ script: [UInt8]) -> Bool { script.prefix(600).firstRange(of: mark) != nil }

  /// One word for a shell, whatever is in it.
  private static func quoted(_ bytes: [UInt8]) -> [UInt8] {
    let quote = UInt8(ascii: "'")
    return [quote] + bytes.flatMap { $0 == quote ? Array("'\\''".utf8) : [$0] } + [quote]
  }
}

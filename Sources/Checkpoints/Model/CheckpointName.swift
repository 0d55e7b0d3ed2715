// The part of a checkpoint's id that people choose. It becomes a git ref, a tag and a file name, so it has only characters that
// all three allow.

import FileSystem

package struct CheckpointName: Hashable, Sendable, CustomStringConvertible {
  package struct Invalid: Error, Sendable, CustomStringConvertible {
    package var name: String
    package var reason: String

    package var description: String { "“\(BytePath(name))” cannot name a checkpoint: \(reason)" }
  }

  package let description: String

  package init(_ text: String) throws(Invalid) {
    func invalid(_ reason: String) -> Invalid { Invalid(name: text, reason: reason) }
    let dot = UInt8(ascii: ".")
    if text.isEmpty { throw invalid("it is empty") }
    if text.utf8.count > 100 { throw invalid("it is longer than 100 bytes") }
    let isPlain = text.utf8.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."):
        true
      default: false
      }
    }
    guard isPlain else { throw invalid("only letters, digits, “-”, “_” and “.” are allowed") }
    if text == "latest" || text == "last-stable" || text == "HEAD" {
      throw invalid("it means something else as a selector")
    }
    if text.hasPrefix("-") || text.hasPrefix(".") { throw invalid("it starts with “\(text.prefix(1))”") }
    if zip(text.utf8, text.utf8.dropFirst()).contains(where: { $0 == dot && $1 == dot }) {
      throw invalid("it contains “..”")
    }
    if text.hasSuffix(".") || text.hasSuffix(".lock") {
      throw invalid("git does not allow refs with this ending")
    }
    description = text
  }
}

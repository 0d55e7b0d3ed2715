// A remote as the user knows it: its name, and where it is.

import Checkpoints
import FileSystem

package struct RemotePlace: Sendable {
  package let name: String
  package let url: String

  package init(name: String, url: String) { (self.name, self.url) = (name, url) }

  /// - Throws: `RemoteProblem.unsupported` unless it is an absolute path, which may be written as a URL of a file.
  package var directory: BytePath {
    get throws {
      let path = url.rest(after: "file://") ?? url
      guard path.hasExactly(prefix: "/") else { throw RemoteProblem.unsupported(url) }
      return BytePath(path)
    }
  }

  /// The same without links and dots, also if the directory is still to be made.
  package func resolved() throws -> RemotePlace {
    var (known, rest) = (try directory, [BytePath]())
    // A setting is one line of text.
    if !url.unicodeScalars.allSatisfy({ $0.value >= 32 && $0.value != 127 && $0 != "\u{FFFD}" }) {
      throw RemoteProblem.unsupported(url)
    }
    while !FileTree.exists(known), let parent = known.parent {
      if known.lastComponent == ".." { throw RemoteProblem.unsupported(url) }
      if known.lastComponent != "." { rest.insert(known.lastComponent, at: 0) }
      known = parent
    }
    let path = rest.reduce(try FileTree.canonical(known)) { $0.appending($1) }
    guard let text = path.exactText else { throw RemoteProblem.unsupported(url) }
    return RemotePlace(name: name, url: text)
  }

  package static func checkName(_ name: String) throws {
    let isPlain = name.utf8.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
        true
      default: false
      }
    }
    guard isPlain, (1...60).contains(name.utf8.count), !name.hasExactly(prefix: "-") else {
      throw RemoteProblem.badName(name)
    }
  }
}

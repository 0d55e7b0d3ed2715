// Patterns for paths, as in .gitignore: without a slash they match a name at any depth, with one they are anchored at the
// top; `**` stands for any directories; a pattern that matches a directory matches everything below it. Each component is
// compared by the C library's fnmatch.

import Glibc

package struct GlobPattern: Sendable, Hashable {
  private let components: [BytePath]
  private let isAnchored: Bool
  private let isForDirectories: Bool

  package init(_ text: String) {
    let path = BytePath(text)
    components = path.components
    isAnchored = path.bytes.dropLast().contains(UInt8(ascii: "/"))
    isForDirectories = path.bytes.last == UInt8(ascii: "/")
  }

  /// - Parameter path: a file's.
  package func matches(_ path: BytePath) -> Bool {
    if components.isEmpty { return false }
    let parts = isForDirectories ? path.components.dropLast() : path.components
    guard isAnchored else {
      return components.first.map { pattern in parts.contains { Self.matches(pattern, $0) } } ?? false
    }
    return Self.matches(components[...], parts[...])
  }

  /// Whether something below the directory could match, so that it is worth looking into.
  package func mayMatch(below directory: BytePath) -> Bool {
    guard isAnchored else { return false }
    for (pattern, part) in zip(components, directory.components) {
      if pattern == "**" { return true }
      if !Self.matches(pattern, part) { return false }
    }
    return true
  }

  private static func matches(_ pattern: ArraySlice<BytePath>, _ path: ArraySlice<BytePath>) -> Bool {
    guard let first = pattern.first else { return true }
    if first == "**" {
      let rest = pattern.dropFirst()
      if rest.isEmpty { return !path.isEmpty }
      return (path.startIndex...path.endIndex).contains { matches(rest, path[$0...]) }
    }
    guard let part = path.first else { return false }
    return matches(first, part) && matches(pattern.dropFirst(), path.dropFirst())
  }

  private static func matches(_ pattern: BytePath, _ name: BytePath) -> Bool {
    pattern.withCString { pattern in name.withCString { fnmatch(pattern, $0, 0) == 0 } }
  }
}

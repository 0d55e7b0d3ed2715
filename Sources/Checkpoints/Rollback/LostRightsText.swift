// Rights that could not be given back, in words: one line for each kind, however many files it is about.

import FileSystem

package enum LostRightsText {
  package static func notes(_ lost: [LostRights]) -> [String] {
    LostRights.Kind.allCases.compactMap { kind in
      // A step that was repeated has named a file twice.
      let files = lost.filter { $0.kind == kind }.sorted { $0.path < $1.path }
      guard let first = files.first else { return nil }
      let others = Set(files.map(\.path)).count - 1
      let name = first.path.isEmpty ? "the working tree's top" : "\(first.path)"
      return
        "the \(kind.rawValue) of \(name)\(others > 0 ? " and \(others) more" : "") could not be given back: "
        + first.reason
    }
  }
}

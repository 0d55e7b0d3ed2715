// Which folders of a target name types of which others, and a cycle among them if there is one.

/// A file of a target, for the graph.
struct CodeFile {
  /// Below `Sources`.
  let path: String
  let words: Set<String>
  let declarations: [TypeDeclaration]

  init(path: String, text: String) {
    let code = SwiftCode(text)
    (self.path, words, declarations) = (path, code.words, code.declarations)
  }

  /// The directory that the file is in. The target's own counts as one, too.
  var folder: String { String(path.prefix(upTo: path.lastIndex(of: "/") ?? path.startIndex)) }

  /// The file's name without its ending.
  var name: String {
    let name = path.suffix(from: path.lastIndex(of: "/") ?? path.startIndex).drop { $0 == "/" }
    return String(name.dropLast(".swift".count))
  }
}

struct FolderGraph {
  /// A type of another folder, named in a file.
  private struct Reference {
    let file: String
    let type: String
    let declaredIn: String
  }

  /// By the folder that names, and the folder that is named.
  private var references: [String: [String: [Reference]]] = [:]

  /// - Parameter files: those of one target.
  init(_ files: [CodeFile]) {
    var homes: [String: CodeFile] = [:]
    for file in files {
      for declaration in file.declarations where declaration.isTopLevel && !declaration.isPrivate {
        homes[declaration.name] = file
      }
    }
    for file in files.sorted(by: { $0.path < $1.path }) {
      // A type of its own, nested or private, hides another one of this name.
      let own = Set(file.declarations.map(\.name))
      for name in file.words.subtracting(own).sorted() {
        guard let home = homes[name], home.folder != file.folder else { continue }
        references[file.folder, default: [:]][home.folder, default: []].append(
          Reference(file: file.path, type: name, declaredIn: home.path))
      }
    }
  }

  /// The shortest cycle, as text that says which files make it, or nil.
  var cycle: String? {
    let cycles = references.keys.sorted().compactMap { shortestWay(from: $0) }
    guard let folders = cycles.min(by: { $0.count < $1.count }) else { return nil }
    return zip(folders, folders.dropFirst()).map { from, to in
      let found = references[from]?[to] ?? []
      let lines = found.prefix(5).map { "  \($0.file) names \($0.type) (\($0.declaredIn))" }
      let others = found.count > 5 ? ["  and \(found.count - 5) more"] : []
      return (["\(from) → \(to)"] + lines + others).joined(separator: "\n")
    }.joined(separator: "\n")
  }

  /// Folders from one back to itself.
  private func shortestWay(from start: String) -> [String]? {
    var ways = [[start]]
    var seen: Set<String> = []
    while !ways.isEmpty {
      let way = ways.removeFirst()
      for next in (references[way.last ?? start] ?? [:]).keys.sorted() {
        if next == start { return way + [next] }
        if seen.insert(next).inserted { ways.append(way + [next]) }
      }
    }
    return nil
  }
}

// What people see of a remote.

import Checkpoints
import FileSystem
import Formatting
import Operations
import Remotes

enum RemoteText {
  /// What the user typed, as a URL or an absolute path.
  static func url(_ text: String) throws -> String {
    // What has a scheme is no path, and is refused as what it is.
    if text.hasPrefix("/") || text.firstRange(of: /^[A-Za-z0-9]+:/) != nil || text.isEmpty { return text }
    let current = try FileTree.currentDirectory()
    guard let exact = current.exactText else { throw RemoteProblem.unsupported("\(current)/\(text)") }
    return "\(exact)/\(text)"
  }

  /// Says what a verification found.
  static func report(
    _ found: RemoteVerification.Result, on place: RemotePlace, _ console: Console
  ) -> ExitCode {
    for file in found.problems { console.warning("\(file.problem)") }
    for (id, reason) in found.bad { console.warning("\(id): \(reason)") }
    if !console.isJSON {
      let good = Format.plural(found.good.count, "checkpoint")
      console.result(
        found.isWhole
          ? "\(place.name): \(good), \(Format.bytes(found.byteCount)) read, all whole"
          : "\(place.name): \(good) whole, \(found.bad.count) not")
    }
    if !found.isWhole {
      console.hint("checkpoint push --verify sends again what this store has of them")
      return .verificationFailed
    }
    return .done
  }

  static func table(_ found: [ListedOnRemote], now: Timestamp) -> [String] {
    let header = ["ID", "KIND", "AGE", "COMMIT", "PUSHED BY", "HERE"]
    return Format.table(
      [header]
        + found.map { entry in
          let age = now.secondsSinceEpoch - entry.manifest.createdAt.secondsSinceEpoch
          return [
            entry.id.description, entry.manifest.kind.rawValue, Format.age(age),
            entry.manifest.git.head?.short ?? "-", Format.oneLine(entry.host), entry.isHere ? "yes" : "-",
          ]
        })
  }
}

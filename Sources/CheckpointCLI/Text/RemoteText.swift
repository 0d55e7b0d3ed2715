// What people see of a remote.

import Checkpoints
import FileSystem
import Formatting
import Operations
import Remotes

enum RemoteText {
  /// Says what a verification found.
  static func report(
    _ found: RemoteVerification.Result, on place: RemotePlace, _ console: Console
  ) -> ExitCode {
    for file in found.damaged { console.warning("\(file.problem)") }
    for (id, reason) in found.bad { console.warning("\(id): \(reason)") }
    if !console.isJSON {
      let good = Format.plural(found.good.count, "checkpoint")
      console.result(
        found.damaged.isEmpty && found.bad.isEmpty
          ? "\(place.name): \(good), \(Format.bytes(found.byteCount)) read, all whole"
          : "\(place.name): \(good) whole, \(found.bad.count) not")
    }
    if !found.bad.isEmpty || !found.damaged.isEmpty {
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

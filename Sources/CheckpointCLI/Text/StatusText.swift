// Where the work stands, for people.

import Formatting

enum StatusText {
  static func show(_ report: StatusReport, _ console: Console) {
    var rows: [[String]] = []
    if let pending = report.pending {
      rows.append(["pending", "\(pending): checkpoint rollback --continue or --abort"])
    }
    let place = report.branch.map { "on \($0)" } ?? "detached"
    rows.append([
      "work",
      "\(report.commit.map { String($0.prefix(8)) } ?? "no commit") \(place), \(Format.plural(report.dirty, "changed path"))",
    ])
    if let last = report.last, let age = report.lastAgeSeconds {
      rows.append([
        "last", "\(last) (\(Format.age(age))), of \(Format.plural(report.checkpoints, "checkpoint"))",
      ])
      if let files = report.changedFiles {
        let commits = report.commitsMoved == true ? ", and HEAD has moved" : ""
        rows.append([
          "since",
          files == 0 ? "no file has changed\(commits)" : "\(Format.plural(files, "file")) changed\(commits)",
        ])
      }
    } else {
      rows.append(["last", "no checkpoint yet: checkpoint stage-01-start, or checkpoint full"])
    }
    if let reservation = report.reservation { rows.append(["note", Format.visible(reservation)]) }
    for database in report.databases {
      if let problem = database.problem {
        rows.append([database.noun, "\(database.label): \(problem)"])
      } else {
        let before = database.recordedByteCount.map { ", \(Format.bytes($0)) at the last checkpoint" } ?? ""
        rows.append([database.noun, "\(database.label), \(Format.bytes(database.byteCount ?? 0))\(before)"])
      }
      for limit in database.limits ?? [] { rows.append(["", limit]) }
    }
    for label in report.missingDatabases ?? [] {
      rows.append(["database", "\(label): in earlier checkpoints, and not found now"])
    }
    if let variables = report.notTaken {
      rows.append([
        "database", "none taken: \(variables) say where a server is, and not which database is the project's",
      ])
    }
    for retained in report.retained {
      rows.append(["kept", "\(retained.database), for undo of \(retained.rescue)"])
    }
    for id in report.warm { rows.append(["warm", "\(id): back in an instant"]) }
    if let reason = report.notWarm { rows.append(["not warm", reason]) }
    if let job = report.background { rows.append(["background", "at work: \(job)"]) }
    if let failure = report.backgroundFailure { rows.append(["failed", failure]) }
    for name in report.givenUp {
      rows.append([
        "kept", "\(name), in use for a moment before a rollback was given up; drop it when you like",
      ])
    }
    for text in report.left ?? [] { rows.append(["left", text]) }
    rows.append([
      "store", "\(Format.bytes(report.storeBytes)), \(Format.bytes(report.freeBytes)) free on its disk",
    ])
    for line in Format.table(rows) { console.result(line) }
  }
}

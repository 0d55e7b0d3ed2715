// A checkpoint in words, for the commands that take and show one.

import Checkpoints
import FileSystem
import Formatting

enum CheckpointText {
  /// What was recorded, a line for each part.
  static func summary(_ manifest: Manifest) -> [String] {
    var lines: [[String]] = [["commit", commit(manifest.git)]]
    if manifest.git.stateTree != nil {
      lines.append(["work", work(manifest.git)])
      if let changed = manifest.git.changedFiles {
        let lineCounts = "+\(changed.linesAdded) -\(changed.linesRemoved) lines"
        let since = manifest.previous.map { "since \($0.id)" }
        if changed.count > 0 {
          let files = Format.plural(changed.count, "file")
          lines.append(["changed", "\(files) \(since ?? "against HEAD"), \(lineCounts)"])
        } else if let since {
          // What is staged was so then. Against HEAD the work's line says it all.
          lines.append(["changed", "nothing \(since)"])
        }
      }
    }
    if let leftOut = manifest.git.leftOut {
      let bytes = leftOut.reduce(0) { $0 + $1.byteCount }
      let names = leftOut.prefix(3).map(\.path.description).joined(separator: ", ")
      lines.append([
        "left out", "\(names)\(leftOut.count > 3 ? " …" : ""): untracked and large, \(Format.bytes(bytes))",
      ])
    }
    for source in manifest.sources {
      if source.isKeptFiles {
        if let count = source.counts[source.type], count > 0 {
          lines.append([
            "files",
            "\(Format.plural(count, "file")) that git must not hold, \(Format.bytes(source.streamByteCount))",
          ])
        }
      } else if let retained = source.retained {
        lines.append([source.noun, "\(source.label), kept whole as \(retained.database)"])
      } else {
        let counts = source.orderedCounts.map { Format.counted($0.count, $0.plural) }
        let parts = counts + [Format.bytes(source.liveByteCount)]
        lines.append([source.noun, "\(source.label): \(parts.joined(separator: ", "))"])
      }
    }
    for risk in manifest.sources.flatMap({ $0.risks ?? [] }) { lines.append(["note", Format.visible(risk)]) }
    for database in manifest.missing ?? [] {
      lines.append(["database", "\(Format.visible(database.label)): was not found, and is not in it"])
    }
    if let progress = manifest.progress, !progress.parts.isEmpty {
      // Of another kind it is the progress of the stage that is under way.
      let stage = manifest.stage == nil ? progress.stage.map { "\($0), " } ?? "" : ""
      lines.append(["progress", stage + StageText.progress(progress)])
    }
    if let tests = manifest.tests {
      lines.append(["tests", TestText.line(tests)])
    } else if manifest.kind == .stage && manifest.stage?.phase == .complete {
      lines.append(["tests", "none are configured ([tests] command)"])
    }
    if let state = manifest.processState { lines.append(["processes", processes(state)]) }
    lines.append([
      "stored",
      "\(Format.bytes(manifest.sizes.bytesRead)) read, \(Format.bytes(manifest.sizes.bytesStored)) newly stored, "
        + Format.seconds(manifest.durations["total"] ?? 0),
    ])
    return Format.table(lines)
  }

  private static func processes(_ state: ProcessState) -> String {
    let command = Format.visible(state.command)
    if let problem = state.problem { return "\(command): \(problem)" }
    let lines = state.output?.split(whereSeparator: \.isNewline).count ?? 0
    return "\(command): \(Format.plural(lines, "line")), \(Format.seconds(state.seconds))"
  }

  static func commit(_ git: Manifest.GitRecord) -> String {
    let place = git.branch.map { "on \($0)" } ?? "detached"
    guard let head = git.head else { return "none yet, \(place)" }
    return "\(head.short) \(place): \(git.headSubject ?? "")"
  }

  static func work(_ git: Manifest.GitRecord) -> String {
    var parts: [String] = []
    for (count, word) in [
      (git.staged, "staged"), (git.unstaged, "unstaged"), (git.untracked, "untracked"),
      (git.conflicts, "in conflict"),
    ] where count > 0 {
      parts.append("\(Format.count(count)) \(word)")
    }
    if let operation = git.operation { parts.append("\(operation) in progress") }
    let text = parts.isEmpty ? "clean" : parts.joined(separator: ", ")
    return text + (git.hidesUntracked == true ? "; without untracked files (status.showUntrackedFiles)" : "")
  }

  static func state(_ standing: ListEntry.Standing, isStable: Bool) -> String {
    standing.state(isStable: isStable)
  }
}

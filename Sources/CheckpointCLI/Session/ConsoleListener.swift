// What operations have to say while they are under way, in words.

import Checkpoints
import FileSystem
import Formatting
import Operations

struct ConsoleListener: SessionListener {
  let console: Console

  func hear(_ event: SessionEvent) {
    switch event {
    case .sourceNote(let note): console.remark("note: \(note)")
    case .waiting(for: let holder): console.remark("waiting for \(Self.words(holder))")
    case .failedInBackground(let failure, let age):
      console.warning(
        "in the background, \(failure.job), \(Format.age(age)): \(Format.visible(failure.reason))")
    case .leftover(let leftover): console.warning(LeftoverText.line(leftover))
    case .untrustedStateCommand(let command):
      console.warning(
        "\(Settings.fileName) wants to run “\(Format.visible(command))” for the state of processes; without it "
          + "until you agree")
      console.hint("checkpoint trust")
    case .workerNotStarted(let error): console.warning("the background worker could not be started: \(error)")
    case .jobFailed(let error): console.report(Diagnostic(error))
    case .secured(database: let name):
      console.remark("the database \(name) of an earlier rollback was copied into the store and dropped")
    case .notSecured(let error):
      console.warning("a database of an earlier rollback could not be put into the store: \(error)")
    case .clonesStay(let names, let error):
      console.warning(
        "the warm clone \(names.joined(separator: ", ")) could not be dropped, and stays: \(error)")
    case .databasesStay:
      console.warning("the database is left as it is now; what is kept of it, checkpoint status names")
    case .importNote(let note): console.warning(note)
    }
  }

  private static func words(_ holder: SessionEvent.Holder) -> String {
    switch holder {
    case .worker(let job): "the background worker: \(job)"
    case .hook(let job): "what a git hook began: \(job)"
    case .operation(let kind, let target): "the \(kind) to \(target)"
    case .unknown: "another checkpoint command"
    }
  }
}

// From an error to what people need: what happened, what to do next, and the exit code.

import Checkpoints
import ChunkStore
import DataSources
import FileSystem
import Formatting
import Git
import Postgres

struct Diagnostic: Error {
  var message: String
  var causes: [String] = []
  var hints: [String] = []
  var code: ExitCode = .failed

  init(_ message: String, causes: [String] = [], hints: [String] = [], code: ExitCode = .failed) {
    // What servers and programs say may have many lines, and each of these is one.
    func lines(_ texts: [String]) -> [String] { texts.map { Format.oneLine($0) } }
    (self.message, self.causes, self.hints) = (Format.oneLine(message), lines(causes), lines(hints))
    self.code = code
  }

  init(_ error: any Error) {
    switch error {
    case let error as Diagnostic: self = error
    case let error as UsageError: self.init(error.description, hints: error.hints, code: .usage)
    case is Interrupted: self.init("interrupted", code: .interrupted)
    case let error as InvalidName:
      self.init("\(error)", hints: ["for example: checkpoint custom before-migration"], code: .usage)
    case let error as Stage.Problem: self = Self.stage(error)
    case let error as StageProblem: self = error.diagnostic
    case let error as SelectorProblem: self = Self.selector(error)
    case let error as RepositoryLocation.Problem: self = Self.repository(error)
    case let error as Project.Problem: self = Self.project(error)
    case let error as StoreError: self = Self.store(error)
    case let error as PendingOperation: self = Self.pending(error)
    case let error as RollbackProblem: self = Self.rollback(error)
    case let error as ServiceFailure: self = Self.service(error)
    case let error as UntrustedCommands:
      self.init(
        "\(error)", causes: error.commands.map { "\($0.key) = \($0.text)" },
        hints: ["checkpoint trust shows them and records your consent", error.without])
    case let error as Deletion.Problem: self = Self.deletion(error)
    case let error as HookDirectory.Problem: self = Self.hooks(error)
    case let error as HeadDestination.Problem: self = Self.head(error)
    case let error as Pathspec.Unmatched:
      self.init(
        "\(error) in the checkpoint",
        hints: [
          "checkpoint show SELECTOR --files lists what changed; git's pathspecs are understood: 'src/*.ts', ':!docs'"
        ])
    case let error as Pathspec.Invalid:
      self.init(
        "\(error)",
        hints: [
          "paths are read from where you stand and stay inside the repository; for example 'src/*.ts', ':!docs', "
            + "':(top)README.md' (git help glossary, “pathspec”)"
        ], code: .usage)
    case let error as RefusedState: self = Self.foreign(error)
    case let error as UnreadableJournal: self = Self.foreign(error)
    case let error as ForeignCommands: self = Self.foreign(error)
    case let error as GitLocked:
      self.init(
        "\(error)", hints: ["wait until it is done; if no git is running, remove that file"], code: .locked)
    case let error as ObjectsSwept:
      self.init("\(error)", hints: ["try again when git gc is done"], code: .locked)
    case let error as Obstruction:
      let (others, limit) = (error.others, 20)
      self.init(
        "\(error)",
        causes: others.prefix(limit).map(\.description)
          + (others.count > limit ? ["and \(others.count - limit) more"] : []),
        hints: ["move \(others.isEmpty ? "it" : "them") out of the way, or let it be finished, and try again"]
      )
    case let error as UnusableClock:
      self.init("\(error)", hints: ["set the clock: timedatectl, or date --set"])
    case let error as SystemError: self = Self.system(error)
    case let error as SubprocessError: self = Self.subprocess(error)
    case let error as DatabaseError: self = Self.database(error)
    case let error as DatabaseProblem: self = Self.problem(error)
    case let error as DiscoveryProblem: self = Self.discovery(error)
    case let error as OutputProblem: self = Self.output(error)
    case let error as ImportProblem: self = Self.importing(error)
    case let error as UnvouchedFile: self = Self.unvouched(error)
    case let error as ExportProblem:
      let near = error.candidates
      self.init("\(error)", hints: near.isEmpty ? [] : ["did you mean: \(near.joined(separator: ", "))?"])
    case ClientPrograms.Problem.missing(_, let major, _):
      self.init(
        "\(error)",
        hints: [
          "apt-get install postgresql-client-\(major) (apt.postgresql.org has those that Debian has not)",
          "for a server in a container: git config checkpoint.database.clientPrefix \"docker exec -i CONTAINER\"",
        ])
    case let error as FileChanged:
      self.init("\(error)", hints: ["try again when nothing writes to it, or leave it out with --exclude"])
    case let error as GitError:
      self.init(
        "\(error)",
        hints: [error.isDiskFull ? Self.fullDisk : "git fsck tells whether the repository is sound"])
    case WarmClones.Problem.tooLarge, WarmClones.Problem.noRoom:
      self.init(
        "\(error)",
        hints: ["git config checkpoint.warmSizeLimit SIZE, checkpoint.warmFreeSpace SIZE, or make room"])
    case let error as Settings.Invalid: self.init("\(error)", code: .usage)
    default: self.init("\(error)")
    }
  }

  private static func stage(_ error: Stage.Problem) -> Diagnostic {
    switch error {
    case .unknownPhase(_, let stage):
      Diagnostic("\(error)", hints: ["for example: checkpoint \(stage)-start"], code: .usage)
    case .ambiguousFolder: Diagnostic("\(error)", hints: ["give the whole name"], code: .usage)
    }
  }

  private static func selector(_ error: SelectorProblem) -> Diagnostic {
    var hints = error.candidates.isEmpty ? [] : ["did you mean: \(error.candidates.joined(separator: ", "))?"]
    if case .noStable(let newest?) = error { hints.append("the newest: checkpoint rollback \(newest)") }
    if case .none = error {
      hints.append("checkpoint full takes one")
    } else {
      hints.append("checkpoint list shows them all")
    }
    return Diagnostic("\(error)", hints: hints)
  }

  private static func repository(_ error: RepositoryLocation.Problem) -> Diagnostic {
    let hints: [String] =
      switch error {
      case .notARepository: ["git init makes one"]
      case .unsafeOwner(let path, _): ["git config --global --add safe.directory \(path)"]
      case .noWorktree: ["run checkpoint in a clone with a working tree"]
      case .unsupported: []
      case .gitMissing: ["apt-get install git"]
      }
    return Diagnostic("\(error)", hints: hints, code: .noRepository)
  }

  private static func deletion(_ error: Deletion.Problem) -> Diagnostic {
    switch error {
    case .holdsDatabase:
      Diagnostic(
        "\(error)", hints: ["checkpoint undo brings it back; the next rollback copies it into the store"])
    case .critical(let id):
      Diagnostic("\(error)", hints: ["first: checkpoint mark \(id) stable, or unstable"])
    }
  }

  private static func project(_ error: Project.Problem) -> Diagnostic {
    switch error {
    case .storeInCommittedFile:
      Diagnostic("\(error)", hints: ["git config checkpoint.store DIRECTORY"], code: .usage)
    case .noStore: Diagnostic("\(error)", hints: ["checkpoint init"], code: .noRepository)
    case .otherRepository(_, _, let file):
      Diagnostic(
        "\(error)",
        hints: [
          "give each repository its own: git config checkpoint.store DIRECTORY",
          "if the repository was moved here, remove \(file)",
        ], code: .noRepository)
    }
  }

  private static func store(_ error: StoreError) -> Diagnostic {
    switch error {
    case .missing: Diagnostic("\(error)", hints: ["checkpoint init"], code: .noRepository)
    case .newerFormat: Diagnostic("\(error)", hints: ["install a newer checkpoint"])
    case .busy: Diagnostic("\(error)", hints: ["wait until it is done"], code: .locked)
    case .olderFormat(_, _, let path):
      Diagnostic(
        "\(error)",
        hints: ["move it away, \(path), and begin a new one; the version that wrote it can read it"])
    case .chunkMissing, .chunkDamaged, .documentRefused, .listIncomplete:
      Diagnostic(
        "\(error)", hints: ["checkpoint verify --all shows which checkpoints it affects"],
        code: .verificationFailed)
    case .unreadableFormat: Diagnostic("\(error)")
    case .linked(let path): linked(error, path)
    }
  }

  private static func pending(_ error: PendingOperation) -> Diagnostic {
    if error.journal.services?.isPutBack == true { return rollback(.alreadyPutBack(error.journal.operation)) }
    return Diagnostic(
      "\(error)",
      hints: [
        "checkpoint rollback --continue finishes it",
        "checkpoint rollback --abort brings back what was before",
      ])
  }

  private static func rollback(_ error: RollbackProblem) -> Diagnostic {
    let hints: [String] =
      switch error {
      case .nothingToRestore: []
      case .sourceNotConfigured:
        ["set DATABASE_URL or give --database URL", "checkpoint restore files brings back only the files"]
      case .nothingPending: []
      case .alreadyPutBack:
        ["checkpoint rollback --abort starts them; with --no-services it leaves them alone"]
      case .submoduleMissing(let path, let isCheckedOut):
        [
          isCheckedOut
            ? "checkpoint restore files brings back the project's own files"
            : "git submodule update --init \(path)"
        ]
      case .otherWorktree(let path, _):
        [
          path == "." ? "run it in the repository's main working tree" : "git worktree list shows where it is"
        ]
      case .revertFailed:
        ["checkpoint rollback --abort tries again to put it back", "checkpoint rollback --continue goes on"]
      }
    return Diagnostic("\(error)", hints: hints)
  }

  private static func service(_ error: ServiceFailure) -> Diagnostic {
    let wasReplaced = error.run.command.step != .stop
    var hints = ["--no-services does without these commands"]
    if case .timedOut = error.run.outcome.ending {
      hints.append(
        "more time: git config \(error.run.command.step.timeout.setting.inGit()) SECONDS")
    }
    return Diagnostic(
      "\(error)",
      causes: [wasReplaced ? "everything was put back as it was before" : "nothing was replaced"],
      hints: hints, code: !wasReplaced && error.run.outcome.ending == .interrupted ? .interrupted : .failed)
  }

  private static func head(_ error: HeadDestination.Problem) -> Diagnostic {
    let hints: [String] =
      switch error {
      case .branchInUse: ["without --branch HEAD is detached at the checkpoint"]
      case .unbornNeedsBranch:
        ["--branch takes the branch back to having no commit; its commits stay in the rescue"]
      case .commitMissing: ["checkpoint verify tells what else is missing"]
      }
    return Diagnostic("\(error)", hints: hints)
  }

  private static let fullDisk = "make room; nothing was published and nothing left behind"

  private static func system(_ error: SystemError) -> Diagnostic {
    if error.isDiskFull {
      return Diagnostic("\(error)", hints: [fullDisk])
    }
    return Diagnostic("\(error)")
  }

  /// For objects of a role that the user may not act for; the words changed in 16.
  static func ownership(_ message: String) -> [String] {
    ["must be member of role", "must be able to SET ROLE"].contains(where: message.contains)
      ? ["let everything belong to you: --no-owner (of restore database and import)"] : []
  }

  private static func subprocess(_ error: SubprocessError) -> Diagnostic {
    guard error.reason == .notFound else {
      var hints = error.message.contains("No space left on device") ? [fullDisk] : []
      hints += ownership(error.message)
      if error.message.isAboutTooManyConnections { hints += fewerConnections }
      return Diagnostic("\(error)", hints: hints)
    }
    return Diagnostic("\(error)", hints: ["install it, or put it on PATH"])
  }

  private static func problem(_ error: DatabaseProblem) -> Diagnostic {
    switch error {
    case .locked(_, let holders):
      Diagnostic(
        "\(error)", causes: holders,
        hints: ["try again when they are done", "wait longer: git config checkpoint.lockTimeout SECONDS"])
    case .pooled:
      Diagnostic("\(error)", hints: ["give the server's direct URL: git config checkpoint.database.url URL"])
    case .otherServer, .otherDatabase:
      Diagnostic(
        "\(error)",
        hints: ["into a database of its own: checkpoint restore database SELECTOR --target-db NAME"])
    case .slots: Diagnostic("\(error)", hints: ["drop them first: SELECT pg_drop_replication_slot('NAME')"])
    case .subscriptions: Diagnostic("\(error)", hints: ["drop them first: DROP SUBSCRIPTION NAME"])
    case .notOwner(_, let owner): Diagnostic("\(error)", hints: ["connect as \(owner) or as a superuser"])
    case .noClone:
      Diagnostic(
        "\(error)",
        hints: ["a rollback restores this database in place; a clone can be copied while nothing writes"])
    case .notRestorable(let left):
      Diagnostic(
        "\(error)", causes: left.dropFirst(3).prefix(17).map(\.description),
        hints: [
          "everything else, and a list of what is missing: the same command with --partial",
          "for other programs: checkpoint export SELECTOR --format dump",
          "some tables: checkpoint restore database SELECTOR --table NAME; only rows: --data-only",
        ])
    case .cloneInUse: Diagnostic("\(error)", hints: ["keep what connects to every database away from it"])
    case .incomingMissing:
      Diagnostic("\(error)", hints: ["checkpoint rollback --abort brings back what was before"])
    case .cloneChanged:
      Diagnostic("\(error)", hints: ["begin the rollback anew: it restores from the store then"])
    case .stillConnected: Diagnostic("\(error)", hints: ["end these sessions and try again"])
    case .prepared, .notLetIn, .noWayOutside, .neededByOthers, .ownedByOthers, .notReadable, .notMember:
      access(error)
    case .targetExists:
      Diagnostic("\(error)", hints: ["--recreate replaces it; what is there now is kept under another name"])
    case .notRecorded:
      Diagnostic(
        "\(error)", hints: ["checkpoint show SELECTOR --tables lists them; * and ? stand for parts of names"],
        code: .usage)
    case .noSuchColumn(let option, _):
      Diagnostic(
        "\(error)",
        hints: [
          option == "--set"
            ? "columns of today: --set table.column=VALUE" : "names of the checkpoint: --rename table.old=new"
        ], code: .usage)
    case .notRenamed:
      Diagnostic("\(error)", hints: ["a name of the checkpoint = a name of today"], code: .usage)
    case .ambiguous: Diagnostic("\(error)", hints: ["with the schema: schema.table.column"], code: .usage)
    case .doesNotFit:
      Diagnostic("\(error)", hints: ["--plan shows what goes where, and what may be meant"])
    case .inconvertible:
      Diagnostic(
        "\(error)",
        hints: [
          "nothing was changed; bring the old rows into a database of their own: --target-db NAME",
          "or leave the table out: --table for each of the others",
        ])
    case .inseparable:
      Diagnostic(
        "\(error)",
        hints: [
          "the whole partitioned table: --table PARENT; a subscription has to be dropped first",
          "--data-only brings the rows back and leaves all definitions as they are",
        ])
    case .dependents:
      Diagnostic(
        "\(error)",
        hints: [
          "restore their part as well: several --schema and --table",
          "--data-only brings the rows back and leaves all definitions as they are",
        ])
    case .missingRoles(let names):
      Diagnostic(
        "\(error)",
        hints: [
          "make them: CREATE ROLE \(names.first ?? "NAME")",
          "without them: checkpoint restore database SELECTOR --no-owner --no-privileges",
        ])
    case .missingExtensions:
      Diagnostic("\(error)", hints: ["install its package on the server; Debian's own: postgresql-contrib"])
    case .noSuchSchema:
      Diagnostic("\(error)", hints: ["git config checkpoint.database.NAME.schema, and \\dn in psql"])
    case .targetIsSystem, .invalidName: Diagnostic("\(error)", code: .usage)
    case .targetIsLive:
      Diagnostic("\(error)", hints: ["without --target-db it is replaced, and kept for undo"], code: .usage)
    case .cannotCreate(let user): Diagnostic("\(error)", hints: ["ALTER ROLE \(user) CREATEDB"])
    case .changedSinceRestore:
      Diagnostic("\(error)", hints: ["checkpoint rollback --continue finishes, and keeps what was written"])
    case .changedSinceRescue:
      Diagnostic("\(error)", hints: ["stop what writes to it and try again; nothing was changed"])
    case .retainedMissing:
      Diagnostic("\(error)", hints: ["only git and files: the same command with --no-database"])
    case .excludedNeeded: Diagnostic("\(error)", hints: ["leave that out as well, or nothing of it"])
    case .otherPlace(let begun, _):
      Diagnostic("\(error)", hints: ["with the URL that it was begun with: --database URL of \(begun)"])
    case .inRecovery, .mismatch, .notDropped, .transactionLost, .renamedMeanwhile, .documentMissing:
      Diagnostic("\(error)")
    }
  }

  private static func discovery(_ error: DiscoveryProblem) -> Diagnostic {
    switch error {
    case .untrustedCommand:
      Diagnostic("\(error)", hints: ["checkpoint trust shows it and records your consent"])
    case .untrustedAddress(let origin, _):
      Diagnostic(
        "\(error)", hints: ["checkpoint trust shows it and records your consent", ownAddress(origin)])
    case .reservedName:
      Diagnostic("\(error)", hints: ["give it another name in \(Settings.fileName)"], code: .usage)
    case .variableMissing: Diagnostic("\(error)", hints: ["set it, or give --database URL, or --no-database"])
    case .unnamed:
      Diagnostic(
        "\(error)", hints: ["name it in the address (…/DATABASE), by PGDATABASE, or with --database URL"])
    case .unclear: Diagnostic("\(error)", hints: ["set what it uses, or write the whole address there"])
    case .invalid(_, .unknownScheme(let scheme)) where scheme.hasPrefix("prisma"):
      Diagnostic("\(error)", hints: ["give the server's own address: git config checkpoint.database.url URL"])
    case .invalid: Diagnostic("\(error)", hints: ["it looks like postgresql://USER@HOST:PORT/DATABASE"])
    }
  }
}

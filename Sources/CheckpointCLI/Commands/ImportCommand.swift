// `checkpoint import`: a dump, of ours or of pg_dump, becomes a checkpoint.

import Checkpoints
import DataSources
import FileSystem
import Operations

extension Command {
  static let importing = Command(
    name: "import", operands: [.one("FILE", .file)],
    summary: "make a checkpoint of a dump: what export or pg_dump wrote",
    details: """
      FILE is a script (plain, gzip or zstd), one of pg_dump's archives (custom, directory, tar), or the
      tar.gz that export writes; its contents say which. It is restored into a database of its own next to
      the project's, recorded from there, and dropped: the project's database is not touched. A role is
      made for it that has no rights beyond that database; owners, privileges and extensions that the file
      names are set afterwards. If your own role may not make roles, or the server does not let the new one
      in, the file can do whatever your role may, and you are asked first. It is an error if anything else
      on the server has changed afterwards. Functions and triggers of the file run with your rights if you
      roll back to the checkpoint; until then, none of them run. From a tar.gz the project's files come in,
      too: on the commit that they were recorded at if the repository has it, else on the present one.
      """,
    options: [
      .value("--name", as: "NAME", help: "the checkpoint's name (default: imported)"),
      .value("-m", "--message", as: "TEXT", help: "why it is taken"),
      .flag("--no-owner", help: "everything belongs to you, whoever owned it"),
      .flag("--no-privileges", help: "leave privileges out"),
      .flag("--trusted-source", help: "run the file with your own rights, because you know who wrote it"),
      .value(
        "--source", as: "NAME", help: "the database whose contents they are, if the project has several"),
      .value("--database", as: "URL", help: "the project's database, instead of the configured or found one"),
      .value(
        "--client-prefix", as: "WORDS", help: "runs pg_dump and pg_restore, such as “docker exec -i db”"),
    ],
    examples: [
      "checkpoint import shop.dump --name from-production --no-owner",
      "checkpoint import backup.sql.gz -m \"the backup of last night\"",
    ],
    exitCodes: [.done, .failed, .usage, .noRepository, .locked]
  ) { invocation in
    let name = try CheckpointName(invocation.value("--name") ?? "imported")
    var request = ImportRequest(BytePath(invocation.operands[0]), name: name)
    request.message = invocation.value("--message")
    request.source = invocation.value("--source")
    request.leavesOwnersOut = invocation.has("--no-owner")
    request.leavesPrivilegesOut = invocation.has("--no-privileges")
    request.isTrusted = invocation.has("--trusted-source")
    let console = invocation.console
    let outcome = try Workspace(invocation).session.importFile(request) { reason, rights in
      let problem = ImportProblem.needsTrust(reason: reason, rights: rights)
      if !console.canAsk { throw problem }
      return try console.confirm("\(problem); go on?", isAnswered: false)
    }
    for name in outcome.leftOut {
      console.warning("not imported: the database \(name) of the exported checkpoint")
    }
    let manifest = outcome.created.manifest
    if console.isJSON {
      try console.json(CheckpointView(manifest, notes: Notes()))
    } else {
      for line in CheckpointText.summary(manifest) { console.remark(line) }
      console.result(manifest.id.description)
    }
    return .done
  }
}

// A rehearsal's report: what its JSON says, and what counts.

import Checkpoints
import FileSystem
import Testing

@testable import Checkpoints

@Suite("Rehearsal reports")
struct RehearsalReportTests {
  private func json(_ value: some Encodable) throws -> String {
    String(decoding: try JSON.encode(value), as: UTF8.self).filter { $0 != "\n" && $0 != " " }
  }

  @Test(
    "a step is called in JSON as reports always had it, and comparing does not count for the restore time",
    arguments: [
      (.database(source: "main"), "database main", true),
      (.databaseComparison(source: "main"), "compare database main", false),
      (.tree, "git and files", true), (.treeComparison, "compare git and files", false),
      (.submodules, "work in submodules", true), (.command(.build), "build", true),
      (.command(.smoke), "smoke", true),
    ] as [(RehearsalStep.Kind, String, Bool)])
  func steps(kind: RehearsalStep.Kind, name: String, counts: Bool) throws {
    let name = name.filter { $0 != " " }
    #expect(
      try json(RehearsalStep(kind: kind, outcome: .notTried))
        == #"{"countsForRestore":\#(counts),"name":"\#(name)","outcome":"nottried"}"#)
    #expect(
      try json(RehearsalStep(kind: kind, outcome: .failed, seconds: 1.5, detail: "d", output: ["o"]))
        == #"{"countsForRestore":\#(counts),"detail":"d","name":"\#(name)","outcome":"failed","output":["o"],"seconds":1.5}"#
    )
  }

  @Test("a problem names the step that found it")
  func problems() throws {
    #expect(try json([RehearsalProblem("gone", in: .database(source: "a"))]) == #"["databasea:gone"]"#)
    #expect("\(RehearsalProblem("it took 2 s"))" == "it took 2 s")
  }
}

// Where reports go and how they look there: files and formats, a browser, the same bytes, and names with markup in them.

import FileSystem
import TestSupport
import Testing

@Suite("Reports as files")
struct ReportOutputTests {
  @Test("nothing that a project brings along becomes markup, its own name included")
  func injection() throws {
    let attack = "<img src=x onerror=alert(1)>"
    let report = try ReportScene()
    try report.write("progress.md", "# \(attack)\n- [ ] \(attack)\n- [x] \"><svg onload=alert(1)>\n")
    try report.scene.repository.git("checkout", "-q", "-b", "b<script>alert(1)<!--")
    try report.commit(as: "\"'&img src=x")
    _ = try report.scene.take("stage-02-start", "-m", attack)
    try report.scene.repository.write(attack, "x\n")
    try report.scene.repository.git("commit", "-q", "--allow-empty", "-m", attack)
    _ = try report.scene.take("stage-02-core", "-m", "</title></style><script>alert(1)</script>")

    let top = report.scene.directory.path.appending("\(attack)")
    try SystemFileOperations().rename(report.scene.repository.top, to: top)
    var program = report.scene.program
    program.directory = top
    for arguments in [["report", "--format", "html"], ["report", "--format", "html", "stage-02"]]
      as [[BytePath]]
    {
      let page = try program.run(arguments).succeeded().text
      #expect(page.contains("&lt;img src=x onerror=alert(1)&gt;"))
      for word in ["<img", "<script", "<svg onload", "onerror=\"", "</title></style>"] {
        #expect(!page.contains(word), "\(word)")
      }
      let checked = try Program.run(["tidy", "-q", "-e", "-utf8"], input: Array(page.utf8))
      #expect(checked.printed == "")
    }
    let markdown = try program.run(["report", "--format", "markdown", "stage-02"]).succeeded().text
    #expect(markdown.contains("\\<img src=x onerror=alert(1)\\>"))
    #expect(!markdown.replacing("\\<", with: "").contains("<"))
  }

  @Test("the same project gives the same bytes, but for the moment that is named")
  func sameBytes() throws {
    let report = try ReportScene()
    _ = try report.scene.take("stage-02-start")
    try report.commit(as: "Dana Doe")
    _ = try report.scene.take("stage-02-core")
    var program = report.scene.program
    program.environment["SOURCE_DATE_EPOCH"] = "4102444800"
    for form in ["terminal", "markdown", "html", "json"] as [BytePath] {
      let pages = try (1...3).map { _ in try program.run(["report", "--format", form]).succeeded().output }
      #expect(Set(pages).count == 1)
      if form != "terminal" { #expect(String(decoding: pages[0], as: UTF8.self).contains("2100-01-01")) }
    }
    // Without it, everything else stays.
    func json() throws -> String {
      let text = try report.scene.checkpoint("report", "--json").text
      let changing = ["generatedAt", "freeBytes", "daysUntilFull"]
      return text.split(separator: "\n").filter { line in !changing.contains { line.contains("\"\($0)\"") } }
        .joined(separator: "\n")
    }
    #expect(try json() == json())
    program.environment["SOURCE_DATE_EPOCH"] = "tomorrow"
    #expect(try program.run(["report"]).code == 2)
  }

  @Test("the format is what was asked for, or what the file's name says")
  func formats() throws {
    let report = try ReportScene()
    _ = try report.scene.take("stage-02-start")
    let directory = report.scene.directory.path
    for (name, start) in [("r.html", "<!DOCTYPE html>"), ("r.md", "# "), ("r.json", "{"), ("r.txt", "STAGE")]
    {
      let path = directory.appending(name)
      #expect(try report.scene.checkpoint("report", "--output", path).lines == [path.description])
      // What is there is replaced.
      try report.scene.checkpoint("report", "-o", path)
      #expect(String(decoding: try FileTree.readAll(path), as: UTF8.self).hasPrefix(start))
    }
    try report.scene.checkpoint("report", "--format", "html", "-o", directory.appending("plain"))
    #expect(try FileTree.readAll(directory.appending("plain")).starts(with: Array("<!DOCTYPE".utf8)))
    for words in [["-o", "plain"], ["--format", "pdf"], ["--json", "--format", "html"]] as [[BytePath]] {
      #expect(try report.scene.program.run(["report"] + words).code == 2, "\(words)")
    }
    for path in ["none/r.html", "stages.html"] as [BytePath] {
      try FileTree.makeDirectories(report.scene.repository.top.appending("stages.html"), mode: 0o755)
      let result = try report.scene.run("report", "-o", path)
      #expect(result.code == 1 && result.errorText.contains("hint:"), "\(result)")
    }
  }

  @Test(
    "--open gives the file to xdg-open and does not wait for it; if it fails, it is said where the report is"
  )
  func opens() throws {
    let report = try ReportScene()
    _ = try report.scene.take("stage-02-start")
    let directory = report.scene.directory.path
    var program = report.scene.program
    func install(_ script: String) throws {
      let path = directory.appending("bin/xdg-open")
      try FileTree.makeDirectories(directory.appending("bin"), mode: 0o755)
      try SystemFileOperations().replaceFile(path, with: Array("#!/bin/sh\n\(script)\n".utf8), mode: 0o755)
    }
    program.environment["PATH"] = "\(directory)/bin:/usr/bin:/bin"
    program.environment["OUT"] = "\(directory)/out"
    try install("printf '%s' \"$1\" >\"$OUT\"; exec sleep 20 >/dev/null 2>&1")
    let opened = try program.run(["report", "stage-02", "--open"]).succeeded()
    let page = report.scene.store.appending("reports/report-stage-02-video.html")
    #expect(opened.lines == [page.description])
    #expect(try FileTree.readAll(directory.appending("out")) == page.bytes)
    #expect(try FileTree.readAll(page).starts(with: Array("<!DOCTYPE".utf8)))

    try install("exit 4")
    let failed = try program.run(["report", "--open"])
    #expect(failed.code == 3 && failed.errorText.contains("reports/report-stages.html yourself"))
    try FileTree.remove(directory.appending("bin"))
    try FileTree.makeDirectories(directory.appending("bin"), mode: 0o755)
    for name in ["git", "sh", "sleep"] as [BytePath] {
      try FileTree.makeLink(directory.appending("bin").appending(name), to: "/usr/bin/\(name)")
    }
    program.environment["PATH"] = "\(directory)/bin"
    let missing = try program.run(["report", "--open"])
    #expect(missing.code == 3 && missing.errorText.contains("xdg-open is not installed"))
  }

  @Test("a file's links, kind and mode are respected")
  func files() throws {
    let report = try ReportScene()
    _ = try report.scene.take("stage-02-start")
    let directory = report.scene.directory.path
    let (target, link) = (directory.appending("target.html"), directory.appending("link.html"))
    try TemporaryDirectory.write(target, [], permissions: 0o600)
    try FileTree.makeLink(link, to: target)
    try report.scene.checkpoint("report", "--output", link)
    #expect(try FileTree.status(link)?.kind == .symbolicLink)
    #expect(try FileTree.status(target)?.permissions == 0o600 && FileTree.readAll(target).count > 1000)
    let pipe = directory.appending("pipe.html")
    _ = try Program.run(["mkfifo", pipe]).succeeded()
    let refused = try report.scene.run("report", "--output", pipe)
    #expect(refused.code == 1 && refused.errorText.contains("is not replaced"), "\(refused)")
    let shown = try report.scene.checkpoint("report", "--output", "-", "--format", "json")
    #expect(try shown.json()["scope"]?.string != nil)
    #expect(!report.scene.repository.exists("-"))
  }

  @Test(
    "changed cache files do no harm",
    arguments: ["numbers", "pipe", "garbage"])
  func caches(kind: String) throws {
    let report = try ReportScene()
    _ = try report.scene.take("stage-02-start")
    try report.commit(as: "Dana Doe")
    _ = try report.scene.take("stage-02-core")
    let before = try report.scene.checkpoint("report", "stage-02").text
    let reports = report.scene.store.appending("reports")
    try FileTree.makeDirectories(reports, mode: 0o700)
    for file in [reports.appending("changes.json"), report.scene.store.appending("listing.cache")] {
      try FileTree.remove(file)
      switch kind {
      case "numbers":
        let entry =
          "{\"files\":\(Int.max),\"linesAdded\":\(Int.max),\"linesRemoved\":-1,\"filesWithoutLines\":\(Int.max)}"
        try TemporaryDirectory.write(file, Array("{\"a..b\":\(entry),\"c..d\":\(entry)}".utf8))
      case "pipe": _ = try Program.run(["mkfifo", file]).succeeded()
      default: try TemporaryDirectory.write(file, Array("{{{".utf8))
      }
    }
    #expect(try report.scene.checkpoint("report", "stage-02").text == before)
    try report.scene.checkpoint("list")
  }
}

// A notice as a mail, by the system's sendmail, which every mail server for Unix brings along.

import FileSystem

struct NoticeMail: NoticeWay {
  /// Seconds.
  private static let limit: Double = 30
  /// Where it is, if not on PATH: servers' programs are not for all users' PATH.
  private static let places: [BytePath] = ["/usr/sbin/sendmail", "/usr/lib/sendmail", "/sbin/sendmail"]

  private let addresses: String
  private let environment: [String: String]

  let name = "mail"

  /// nil if there is no address, or an empty one, which switches off another one.
  init?(_ project: Project) {
    guard let addresses = project.settings[.notifyMail], !addresses.isEmpty else { return nil }
    (self.addresses, environment) = (addresses, project.environment)
  }

  func send(_ notice: Notice) throws {
    // A header has one line, and what is not ASCII has to be encoded there.
    guard addresses.unicodeScalars.allSatisfy({ (0x20...0x7E).contains($0.value) }) else {
      throw NoticeProblem(reason: "the address is not plain text")
    }
    let onPath = (environment["PATH"] ?? "").split(separator: ":").map {
      BytePath(String($0)).appending("sendmail")
    }
    guard let program = (onPath + Self.places).first(where: Self.isProgram) else {
      throw NoticeProblem(reason: "there is no program sendmail: install a mail server, or use a webhook")
    }
    var mail = Subprocess([program, "-oi", "-t"], limit: Self.limit, label: "sendmail")
    mail.environment = environment
    do { try mail.output(input: text(notice)) } catch let error as SubprocessError {
      throw NoticeProblem(reason: Redaction.redacted("\(error)"))
    }
  }

  private static func isProgram(_ path: BytePath) -> Bool {
    ((try? FileTree.status(FileTree.canonical(path))) ?? nil).map { $0.kind == .regular && $0.isExecutable }
      ?? false
  }

  private func text(_ notice: Notice) -> [UInt8] {
    let head = [
      "To: \(addresses)", "Subject: \(EncodedWord.header(notice.title, separator: "\n "))",
      "Auto-Submitted: auto-generated",
      "MIME-Version: 1.0", "Content-Type: text/plain; charset=UTF-8", "Content-Transfer-Encoding: 8bit",
    ]
    return Array((head + ["", notice.text, ""]).joined(separator: "\n").utf8)
  }
}
